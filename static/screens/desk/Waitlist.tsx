import { Hourglass } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { businessDate, day, isLateWall, isoDate, noon, time, timeRange, visitDay } from "@client/format";
import { addTexts, pick } from "@client/i18n";
import { hubNow } from "@client/clock";
import { Button, Chip, Countdown, Icon, Select } from "@design";
import { act } from "./act";
import { date as lookedAt, offers } from "./desk_state";
import { t } from "./words";
import "./waitlist.css";

addTexts(import.meta.glob("@locales/*/waitlist.ftl", { query: "?raw", import: "default", eager: true }));

type View = ViewOf<"waitlist">;
type Person = View["waiting"][number];
type Gap = View["gaps"][number];

const list = openView("waitlist");

/** Who waits for a time, which offers run, and idle time that the list should fill: folded until it is wanted. */
export function Waitlist() {
  const view = list.view.value;
  if (!view) return null;
  const running = view.waiting.filter((person: Person) => person.offer).length;
  const open = view.gaps.filter((gap: Gap) => !gap.offered);
  return (
    <details class="waits">
      <summary>
        <Icon of={Hourglass} size="1em" /> {t("waitlist-panel")}
        {view.waiting.length > 0 && <span class={running ? "count wait" : "count"}>{view.waiting.length}</span>}
      </summary>
      <div class="waits-body">
        {view.waiting.length === 0 && <p class="muted small wait-none">{t("waitlist-panel-none-hint")}</p>}
        <ul class="waits-list">
          {view.waiting.map((person: Person) => (
            <Waiting key={person.id} person={person} />
          ))}
        </ul>
        {open.length > 0 && (
          <>
            <h3>{t("waitlist-panel-gaps")}</h3>
            <ul class="waits-gaps">
              {open.map((gap: Gap) => (
                <li key={gap.id}>
                  <span class="numbers">
                    {visitDay(gap.start)} {timeRange(gap.start, gap.end)}
                  </span>
                  <span class="muted small">
                    {[...gap.technicians.map(pick), t(`waitlist-cause-${gap.cause}`), t("waitlist-panel-nobody")].join(" · ")}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        <Fill />
      </div>
    </details>
  );
}

function Waiting({ person }: { person: Person }) {
  const { offer } = person;
  const name = person.name || t("guest");
  const args = { name };
  const first = day(noon(person.date_from));
  const days = person.date_from === person.date_to ? first : `${first} – ${day(noon(person.date_to))}`;
  const hours =
    person.time_from && person.time_until
      ? t("waitlist-time-between", { from: person.time_from, until: person.time_until })
      : person.time_from
        ? t("waitlist-time-from", { from: person.time_from })
        : person.time_until
          ? t("waitlist-time-until", { until: person.time_until })
          : "";
  const answer = (verb: "accept" | "decline" | "withdraw") =>
    void act(`waitlist.${verb}`, { offer_id: offer!.id }, { did: `waitlist-did-${verb}`, args });
  return (
    <li class={offer ? "wait-row offered" : "wait-row"}>
      <p class="wait-who">
        <strong>{name}</strong>
        {person.tier !== "none" && <Chip tone="clay">{t(`tier-${person.tier}`)}</Chip>}
        {offer && <span class="push">{<Countdown to={offer.expires_at} />}</span>}
      </p>
      <p class="muted small">
        {person.services.map((each: Person["services"][number]) => (each.technician ? `${pick(each.name)} (${pick(each.technician)})` : pick(each.name))).join(t("list-comma"))}
      </p>
      <p class="muted small numbers">{[days, hours].filter(Boolean).join(" · ")}</p>
      {offer ? (
        <>
          <p class="small">
            <strong>{t("waitlist-panel-offered", { at: `${visitDay(offer.start)} ${timeRange(offer.start, offer.end)}` })}</strong>
            <br />
            {person.phone && (
              <>
                <a href={`tel:${person.phone}`} class="numbers">
                  {person.phone}
                </a>
                <br />
              </>
            )}
            <span class="muted">{t("waitlist-panel-rank", { count: offer.rivals + 1, lost: offer.lost_minutes })}</span>
          </p>
          <p class="wait-do">
            <Button variant="primary" onClick={() => answer("accept")}>
              {t("waitlist-panel-accept")}
            </Button>
            <Button onClick={() => answer("decline")}>{t("waitlist-panel-decline")}</Button>
            <Button variant="ghost" onClick={() => answer("withdraw")}>
              {t("waitlist-panel-withdraw")}
            </Button>
          </p>
        </>
      ) : (
        <p class="wait-do">
          <Button variant="ghost" onClick={() => void act("waitlist.leave", { entry_id: person.id }, { did: "waitlist-did-remove", args })}>
            {t("waitlist-panel-remove")}
          </Button>
        </p>
      )}
    </li>
  );
}

const HOUR_MS = 3_600_000;

/** Idle time that the desk sees: whom it suits is the hub's business. */
function Fill() {
  const [isOpen, setOpen] = useState(false);
  const [who, setWho] = useState("");
  const [from, setFrom] = useState(() => time(Math.ceil(hubNow() / HOUR_MS) * HOUR_MS + HOUR_MS));
  const [until, setUntil] = useState(() => time(Math.ceil(hubNow() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS));
  if (!isOpen) return <Button onClick={() => setOpen(true)}>{t("waitlist-panel-fill")}</Button>;
  const team = offers.view.value?.technicians ?? [];
  const submit = async (event: Event) => {
    event.preventDefault();
    const on = lookedAt.value ?? businessDate(hubNow());
    const data = { start: moment(on, from), end: moment(on, until), ...(who ? { technician_id: who } : {}) };
    if (await act("waitlist.fill_gap", data, { did: "waitlist-did-fill" })) setOpen(false);
  };
  return (
    <form class="wait-fill" onSubmit={(event) => void submit(event)}>
      <Select
        label={t("waitlist-panel-fill-who")}
        value={who}
        onValue={setWho}
        options={[{ value: "", label: t("waitlist-panel-fill-anybody") }, ...team.map((each: { id: string; name: { zh: string; en: string } }) => ({ value: each.id, label: pick(each.name) }))]}
      />
      <label>
        {t("waitlist-panel-fill-from")}
        <input class="input" type="time" required value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        {t("waitlist-panel-fill-until")}
        <input class="input" type="time" required value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
      </label>
      <Button type="submit" variant="primary">
        {t("waitlist-panel-fill-go")}
      </Button>
    </form>
  );
}

/** The moment at which the store's wall shows `wall` on this business day: what it shows at a guess in UTC says how far that is off. */
function moment(date: string, wall: string): string {
  const late = isLateWall(wall) ? 24 * HOUR_MS : 0;
  const wanted = Date.parse(`${date}T${wall}:00Z`) + late;
  const shown = (at: number) => Date.parse(`${isoDate(at)}T${time(at)}:00Z`);
  const guess = wanted - (shown(wanted) - wanted);
  return new Date(guess - (shown(guess) - wanted)).toISOString();
}
