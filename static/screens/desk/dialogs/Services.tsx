import { Plus, X } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { money } from "@client/format";
import { pick } from "@client/i18n";
import { Button, IconButton } from "@design";
import type { Offer } from "../types";
import { t } from "../words";

export interface Wish {
  service_id: string;
  requested: "any" | "woman" | "man" | "prefers" | "must";
  technician_id: string | null;
}

type Offers = ViewOf<"desk-offers">;

/** The wanted services in their order, and who should do each. */
export function Services({
  wishes,
  onWishes,
  offers,
  technician,
}: {
  wishes: Wish[];
  onWishes: (wishes: Wish[]) => void;
  offers: Offers | undefined;
  /** Who is to do them; only what they can do is offered. */
  technician?: string | undefined;
}) {
  const [choosing, setChoosing] = useState(wishes.length === 0);
  const [q, setQ] = useState("");
  const column = useRef<HTMLDivElement>(null);
  const begun = useRef(false);
  // The list and its button take each other's place: whoever works by keyboard stays where it happens.
  useLayoutEffect(() => {
    if (begun.current) column.current!.querySelector<HTMLElement>(choosing ? ".pick > input" : ":scope > button")?.focus();
    begun.current = true;
  }, [choosing]);
  const all: Offer[] = offers?.services ?? [];
  const wanted = q.trim().toLocaleLowerCase();
  const shown = all.filter((offer) => (!technician || offer.technician_ids.includes(technician)) && (!wanted || `${offer.name.zh} ${offer.name.en} ${offer.code}`.toLocaleLowerCase().includes(wanted)));
  const add = (offer: Offer) => {
    onWishes([...wishes, technician ? { service_id: offer.id, requested: "must", technician_id: technician } : { service_id: offer.id, requested: "any", technician_id: null }]);
    setChoosing(false);
    setQ("");
  };
  const take = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // else the same key presses the button that comes into the field's place
    if (shown[0]) add(shown[0]);
  };
  return (
    <div class="column" ref={column}>
      {wishes.map((wish, index) => (
        <Line
          key={index}
          wish={wish}
          offer={all.find((offer) => offer.id === wish.service_id)}
          offers={offers}
          onWish={(next) => onWishes(wishes.map((each, at) => (at === index ? next : each)))}
          onRemove={() => onWishes(wishes.filter((_, at) => at !== index))}
        />
      ))}
      {choosing || wishes.length === 0 ? (
        <div class="pick">
          <input class="input" autoFocus value={q} placeholder={t("service-search")} aria-label={t("service-search")} onInput={(event) => setQ(event.currentTarget.value)} onKeyDown={take} />
          <ul class="choices pick-list">
            {grouped(shown).map(([category, list]) => (
              <li key={category}>
                <p class="pick-category">{category}</p>
                {list.map((offer) => (
                  <button key={offer.id} type="button" class="choice" onClick={() => add(offer)}>
                    <span>{pick(offer.name)}</span>
                    <span class="muted small numbers push">{t("minutes-short", { minutes: offer.minutes })}</span>
                    <span class="numbers choice-price">{offer.price_minor ? money(offer.price_minor) : t("price-none")}</span>
                  </button>
                ))}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Button variant="ghost" icon={Plus} onClick={() => setChoosing(true)}>
          {t("service-add")}
        </Button>
      )}
    </div>
  );
}

function grouped(list: Offer[]): [string, Offer[]][] {
  const groups = new Map<string, Offer[]>();
  for (const offer of list) groups.set(pick(offer.category), [...(groups.get(pick(offer.category)) ?? []), offer]);
  return [...groups];
}

function Line({ wish, offer, offers, onWish, onRemove }: { wish: Wish; offer: Offer | undefined; offers: Offers | undefined; onWish: (wish: Wish) => void; onRemove: () => void }) {
  const able: Offers["technicians"] = offers?.technicians.filter((each: Offers["technicians"][number]) => offer?.technician_ids.includes(each.id)) ?? [];
  const value = wish.technician_id ? `${wish.requested}:${wish.technician_id}` : wish.requested;
  const choose = (next: string) => {
    const [requested, technician] = next.split(":") as [Wish["requested"], string | undefined];
    onWish({ ...wish, requested, technician_id: technician ?? null });
  };
  return (
    <div class="wish">
      <div class="wish-what">
        <strong>{offer ? pick(offer.name) : "…"}</strong>
        <span class="muted small numbers">
          {offer && t("minutes-short", { minutes: offer.minutes })} · {offer && (offer.price_minor ? money(offer.price_minor) : t("price-none"))}
        </span>
      </div>
      <select class="input select wish-who" value={value} aria-label={t("who")} onInput={(event) => choose(event.currentTarget.value)}>
        <option value="any">{t("who-any")}</option>
        <option value="woman">{t("who-woman")}</option>
        <option value="man">{t("who-man")}</option>
        <optgroup label={t("who-must")}>
          {able.map((each: Offers["technicians"][number]) => (
            <option key={each.id} value={`must:${each.id}`}>
              {pick(each.name)}
            </option>
          ))}
        </optgroup>
        <optgroup label={t("who-prefers")}>
          {able.map((each: Offers["technicians"][number]) => (
            <option key={each.id} value={`prefers:${each.id}`}>
              {t("who-rather", { name: pick(each.name) })}
            </option>
          ))}
        </optgroup>
      </select>
      <IconButton of={X} label={t("service-remove", { service: offer ? pick(offer.name) : "" })} onClick={onRemove} />
    </div>
  );
}
