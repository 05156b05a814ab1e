import { Check, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { money } from "@client/format";
import { pick } from "@client/i18n";
import { Button, Icon, Sheet } from "@design";
import { act } from "../act";
import { useWhatIf, type Wanted, type Way, whatIfPath } from "../asking";
import { offers } from "../desk_state";
import { nameOf } from "../names";
import { takeWay } from "../take_way";
import type { Booking, Offer } from "../types";
import { Ways } from "../WhatIf";
import { shut, shutter } from "./Small";
import { t } from "../words";

/** One more service: what it does to everybody else is shown before it is added. */
export function AddService({ booking }: { booking: Booking }) {
  const [chosen, choose] = useState<Offer>();
  const [isSending, setSending] = useState(false);
  const known: Offer[] = offers.view.value?.services ?? [];
  const wanted: Wanted | undefined = chosen && { kind: "added", booking: booking.id, service: chosen.id };
  const asked = useWhatIf(wanted);
  const way = asked?.answer?.asked;
  const done = { did: "did-add-service", args: { service: chosen ? pick(chosen.name) : "", name: nameOf(booking) } };
  const send = async (sent: Promise<object | undefined>) => {
    setSending(true);
    const close = shutter();
    if (await sent) close();
    setSending(false);
  };
  const accept = (taken: Way) => wanted && void send(takeWay(taken, { path: whatIfPath(wanted, true), done }));
  // Nobody has to wait for the answer: without it the hub finds room by itself.
  const add = () => (way ? accept(way) : chosen && void send(act("visits.add_service", { booking_id: booking.id, service_id: chosen.id }, done)));
  return (
    <Sheet
      from="side"
      open
      onClose={shut}
      title={t("add-title", { name: nameOf(booking) })}
      actions={
        <>
          <Button onClick={shut}>{t("button-cancel")}</Button>
          <Button variant="primary" icon={Plus} disabled={!chosen} working={isSending} onClick={add}>
            {chosen ? t("add-go", { service: pick(chosen.name) }) : t("do-add-service")}
          </Button>
        </>
      }
    >
      <div class="book">
        <ul class={chosen ? "choices pick-list short" : "choices"}>
          {known.map((offer) => (
            <li key={offer.id}>
              <button type="button" class={offer === chosen ? "choice aimed" : "choice"} aria-pressed={offer === chosen} onClick={() => choose(offer)}>
                <span>{pick(offer.name)}</span>
                <span class="muted numbers push">{t("minutes-short", { minutes: offer.minutes })}</span>
                <span class="numbers choice-price">{offer.price_minor ? money(offer.price_minor) : t("price-none")}</span>
                {offer === chosen && <Icon of={Check} />}
              </button>
            </li>
          ))}
        </ul>
        {chosen && (
          <section aria-live="polite" aria-label={t("what-if")}>
            <Ways asked={asked} title={(way) => t(way.moves.length ? "way-as-asked" : "way-quiet")} onTake={accept} working={isSending} />
          </section>
        )}
      </div>
    </Sheet>
  );
}
