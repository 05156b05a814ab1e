import { ArrowLeft, ArrowRight, CircleCheck, Clock, Plus, Shuffle, TriangleAlert, X, type LucideIcon } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { ask } from "@client/door";
import { money, time } from "@client/format";
import { pick, t } from "@client/i18n";
import { Button, Callout, Icon, SkeletonLines } from "@design";
import type { View, Work } from "./Tablet";
import { tap } from "./taps";
import "./addons.css";

type AddOn = ViewOf<"technician-add-ons">["add_ons"][number];
type Touched = AddOn["touched"][number];
type Offer = View["offers"][number];

const AGAIN_MS = 4_000;

const LOOKS: Record<string, [icon: LucideIcon, tone: string]> = {
  free: [CircleCheck, "fine"],
  later: [Clock, "wait"],
  swap: [Shuffle, "wait"],
  breaks: [TriangleAlert, "hard"],
  impossible: [X, "hard"],
};

/** What more the customer could have, each with what it would do to the others. Free: one tap; else who and how much, first. */
export function AddOns({ view, work, shut }: { view: View; work: Work; shut: () => void }) {
  const booking = work.person.booking_id;
  const { known, cut } = useAddOns(booking);
  const [chosen, choose] = useState<Offer>();
  const add = (offer: Offer, addOn: AddOn | undefined) => {
    shut();
    const label = { id: "did-add", args: { service: pick(offer.name) } };
    if (addOn?.id) void tap("planning.accept_add_on", { proposal_id: addOn.id }, label);
    else void tap("visits.add_service", { booking_id: booking, service_id: offer.service_id, technician_id: view.me!.id }, label);
  };
  const found = (offer: Offer) => known?.find((each) => each.service_id === offer.service_id);
  if (chosen) return <Look offer={chosen} addOn={found(chosen)} back={() => choose(undefined)} add={() => add(chosen, found(chosen))} />;
  return (
    <>
      {cut && <Callout class="addons-cut">{t("add-unknown")}</Callout>}
      <ul class="offers" aria-busy={!known && !cut}>
        {view.offers.map((offer) => {
          const addOn = found(offer);
          const one = cut || (addOn?.verdict === "free" && !addOn.technician);
          return (
            <li key={offer.service_id}>
              <button
                type="button"
                data-verdict={addOn?.verdict}
                disabled={addOn?.verdict === "impossible"}
                onClick={() => (one ? add(offer, addOn) : choose(offer))}
              >
                <span class="offer-name">{pick(offer.name)}</span>
                <span class="offer-minutes">{t("minutes-short", { minutes: offer.minutes })}</span>
                <span class="offer-price">{offer.price_minor ? money(offer.price_minor) : t("price-none")}</span>
                {addOn ? <Verdict addOn={addOn} /> : !cut && <span class="verdict asking">{t("add-asking")}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Verdict({ addOn }: { addOn: AddOn }) {
  const [icon, tone] = LOOKS[addOn.verdict]!;
  return (
    <span class={`verdict ${tone}`}>
      <Icon of={icon} size="1em" /> {t(`add-${addOn.verdict}`, { at: addOn.start ?? "", count: addOn.touched.length })}
      {addOn.technician && ` · ${t("add-with", { name: pick(addOn.technician) })}`}
    </span>
  );
}

/** Who would be moved, by how much, and whose promise breaks. */
function Look({ offer, addOn, back, add }: { offer: Offer; addOn: AddOn | undefined; back: () => void; add: () => void }) {
  return (
    <section class="look" aria-live="polite">
      <h3>
        {pick(offer.name)}
        {addOn?.start && <span class="numbers"> · {time(addOn.start)}</span>}
        {addOn?.place && <span> · {pick(addOn.place)}</span>}
      </h3>
      {!addOn && <SkeletonLines count={3} />}
      {addOn && (
        <>
          <Verdict addOn={addOn} />
          <ul class="look-list">
            {(addOn.touched as Touched[]).map((each, index) => (
              <li key={index} class={each.late || !each.after ? "hard" : ""}>
                <strong>{typeof each.name === "string" ? each.name : pick(each.name)}</strong>
                <span class="numbers">
                  {each.before ? time(each.before) : "–"} <Icon of={ArrowRight} size="0.9em" /> {each.after ? time(each.after) : t("add-no-room")}
                </span>
                {each.to_technician && <span>{pick(each.to_technician)}</span>}
                {each.to_place && <span>{pick(each.to_place)}</span>}
                {each.late > 0 && <em>{t("add-late", { minutes: each.late })}</em>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="look-do">
        <Button size="lg" icon={ArrowLeft} onClick={back}>
          {t("add-back")}
        </Button>
        <Button size="lg" variant="primary" icon={Plus} disabled={!addOn || addOn.verdict === "impossible"} onClick={add}>
          {t("add-anyway")}
        </Button>
      </div>
    </section>
  );
}

/** Asked again while the sheet is open, since the floor goes on. `cut`: nobody answers; then the hub decides later. */
function useAddOns(booking: string): { known: AddOn[] | undefined; cut: boolean } {
  const [known, setKnown] = useState<AddOn[]>();
  const [cut, setCut] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const go = async () => {
      try {
        const path = `/api/views/technician-add-ons?booking_id=${booking}`;
        const { view } = await ask<{ view: ViewOf<"technician-add-ons"> }>(path, { signal: stop.signal });
        setKnown(view.add_ons);
        setCut(false);
      } catch {
        if (!stop.signal.aborted) setCut(true);
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void go(), AGAIN_MS);
    };
    void go();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [booking]);
  return { known, cut };
}
