import { Search as Glass } from "lucide-preact";
import { useMemo, useState } from "preact/hooks";
import { businessDate, time, visitDay } from "@client/format";
import { pick } from "@client/i18n";
import { Dialog, Icon, StateBadge } from "@design";
import { setDate, show } from "../desk_state";
import { codeOf, nameOf } from "../names";
import { peopleOf, refusalOf, usePeople } from "../people";
import type { Booking, Found, View } from "../types";
import { shut } from "./Small";
import { t } from "../words";

const SHOWN = 8;

/** The day's bookings by code, name or the end of the phone number; then customers with another day ahead. */
export function Search({ view }: { view: View }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const q = query.trim();
  const hits = useMemo(() => (q ? found(view, q) : []), [view, q]);
  usePeople(q.length >= 2 ? q : "");
  const ids = new Set(hits.map((hit) => hit.customer_id));
  const others = q.length >= 2 ? peopleOf(q).filter((person) => !ids.has(person.customer_id)) : [];
  const total = hits.length + others.length;
  const choose = (index: number) => {
    const hit = hits[index];
    const other = others[index - hits.length];
    if (hit) {
      shut();
      show(hit.id);
    } else if (other?.next_booking) {
      shut();
      setDate(businessDate(other.next_booking));
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return; // the key is the input method's: 陈 is being chosen, and no booking
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) choose(at);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || !total) return;
    event.preventDefault();
    setAt((at + step + total) % total);
  };
  return (
    <Dialog open onClose={shut} title={t("search")}>
      <div class="search" onKeyDown={keys}>
        <div class="search-field">
          <Icon of={Glass} />
          <input
            class="input"
            autoFocus
            value={query}
            placeholder={t("search-hint")}
            aria-label={t("search-hint")}
            role="combobox"
            aria-autocomplete="list"
            aria-controls="search-hits"
            aria-expanded={total > 0}
            aria-activedescendant={total ? `search-hit-${at}` : undefined}
            onInput={(event) => {
              setQuery(event.currentTarget.value);
              setAt(0);
            }}
          />
        </div>
        <ul class="choices" role="listbox" id="search-hits" aria-label={t("search")}>
          {hits.map((hit, index) => (
            <li key={hit.id} id={`search-hit-${index}`} role="option" aria-selected={index === at}>
              <button type="button" class={index === at ? "choice aimed" : "choice"} onClick={() => choose(index)}>
                <time class="numbers">{time(hit.planned_start ?? hit.booked_start)}</time>
                <span>
                  <strong>{nameOf(hit)}</strong> <span class="muted">{[codeOf(hit), hit.phone_tail && `…${hit.phone_tail}`, pick(hit.items[0]?.service ?? { zh: "", en: "" })].filter(Boolean).join(" · ")}</span>
                </span>
                <span class="push">
                  <StateBadge kind={hit.visit_state ? "visit" : "booking"} state={hit.visit_state ?? hit.state} />
                </span>
              </button>
            </li>
          ))}
          {others.map((person: Found, index: number) => (
            <li key={person.customer_id} id={`search-hit-${hits.length + index}`} role="option" aria-selected={hits.length + index === at}>
              <button
                type="button"
                class={hits.length + index === at ? "choice aimed" : "choice"}
                disabled={!person.next_booking}
                onClick={() => choose(hits.length + index)}
              >
                <span>
                  <strong>{person.name}</strong> <span class="muted">…{person.phone_tail}</span>
                </span>
                <span class="push muted small">{person.next_booking ? t("next-booking", { when: visitDay(person.next_booking) }) : t("no-booking-ahead")}</span>
              </button>
            </li>
          ))}
        </ul>
        {q && total === 0 && <p class={refusalOf(q) ? "alert-text" : "muted search-none"}>{refusalOf(q) ?? t("search-none")}</p>}
      </div>
    </Dialog>
  );
}

function found(view: View, q: string): Booking[] {
  const wanted = q.toLocaleLowerCase();
  const digits = /^\d+$/.test(q);
  const matches = (booking: Booking) =>
    nameOf(booking).toLocaleLowerCase().includes(wanted) ||
    (codeOf(booking) && codeOf(booking).toLocaleLowerCase().includes(wanted)) ||
    (digits && (String(booking.number) === q || (q.length >= 2 && booking.phone_tail.endsWith(q))));
  return (view.bookings as Booking[]).filter(matches).slice(0, SHOWN);
}
