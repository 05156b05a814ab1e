import { ArrowLeftRight } from "lucide-preact";
import { useState } from "preact/hooks";
import { time } from "@client/format";
import { pick } from "@client/i18n";
import { Button, Select, Sheet, SkeletonLines } from "@design";
import { useWhatIf, type Wanted, type Way, whatIfPath } from "../asking";
import { nameOf } from "../names";
import { takeWay } from "../take_way";
import { startOf } from "../timeline/blocks";
import type { Booking, Item, Lane, View } from "../types";
import { Consequences, OtherWays } from "../WhatIf";
import { shut, shutter } from "./Small";
import { t } from "../words";

const STEP_MS = 5 * 60_000;
const AROUND = 36; // steps before and after: three hours

export interface Chosen {
  start: string;
  technician: string;
  place: string;
}

/** "Move to…": the same for a dropped block and for the keyboard. What it would do is shown before anything is done. */
export function Move({ wanted: given, booking, item, view }: { wanted: { start?: string; technician?: string; place?: string }; booking: Booking; item: Item; view: View }) {
  const [to, setTo] = useState<Chosen>({ start: given.start ?? "", technician: given.technician ?? "", place: given.place ?? "" });
  const [isSending, setSending] = useState(false);
  const moved = isChosen(to);
  const wanted: Wanted = { kind: "move", item: item.id, ...to };
  const asked = useWhatIf(moved ? wanted : undefined);
  const way = asked?.answer?.asked;
  const accept = async (chosen: Way) => {
    setSending(true);
    const done = { did: "did-move", args: { name: nameOf(booking) } };
    const close = shutter();
    if (await takeWay(chosen, { path: whatIfPath(wanted, true), done })) close();
    setSending(false);
  };
  return (
    <Sheet
      from="side"
      open
      onClose={shut}
      title={t("move-title", { name: nameOf(booking) })}
      actions={
        <>
          <Button onClick={shut}>{t("button-cancel")}</Button>
          <Button
            variant="primary"
            icon={ArrowLeftRight}
            disabled={!way}
            working={isSending}
            onClick={() => way && void accept(way)}
          >
            {t("move-accept")}
          </Button>
        </>
      }
    >
      <div class="move">
        <p class="muted">
          {pick(item.service)} · {startOf(item) ? time(startOf(item)!) : t("no-room-yet")}
        </p>
        <Where to={to} onTo={setTo} item={item} view={view} />
        <section class="move-what" aria-live="polite" aria-label={t("what-if")}>
          <h3>{t("what-if")}</h3>
          {!moved && <p class="muted">{t("what-if-choose")}</p>}
          {asked?.state === "asking" && <SkeletonLines count={3} />}
          {asked?.state === "refused" && <p class="alert-text">{asked.sentence}</p>}
          {asked?.answer && <Consequences answer={asked.answer} />}
          {asked?.answer && <OtherWays ways={asked.answer.others} onAccept={(chosen) => void accept(chosen)} working={isSending} />}
          {way && <p class="muted small">{t("move-pin")}</p>}
        </section>
      </div>
    </Sheet>
  );
}

export function isChosen(to: Chosen): boolean {
  return to.start !== "" || to.technician !== "" || to.place !== "";
}

/** Another time, technician or place for a service. */
export function Where({ to, onTo, item, view }: { to: Chosen; onTo: (to: Chosen) => void; item: Item; view: View }) {
  const first = item.phases[0];
  const fit = view.fits.find((each: View["fits"][number]) => each.service_id === item.service_id);
  const lanes = (all: Lane[], ids: string[] | undefined) => all.filter((lane) => ids?.includes(lane.id));
  return (
    <>
      <Select label={t("move-start")} value={to.start} onValue={(start) => onTo({ ...to, start })} options={starts(item, view, to.start)} />
      <div class="move-two">
        <Select
          label={t("move-technician")}
          value={to.technician}
          onValue={(technician) => onTo({ ...to, technician })}
          options={options(lanes(view.technicians, fit?.technician_ids), view.technicians, first?.technician_id)}
        />
        <Select
          label={t("move-place")}
          value={to.place}
          onValue={(place) => onTo({ ...to, place })}
          options={options(lanes(view.places, fit?.place_ids), view.places, first?.place_id)}
        />
      </div>
    </>
  );
}

function options(lanes: Lane[], all: Lane[], current: string | null | undefined): { value: string; label: string }[] {
  const here = all.find((lane) => lane.id === current);
  const stay = { value: "", label: here ? t("move-stays-with", { name: pick(here.name) }) : t("move-stays") };
  return [stay, ...lanes.filter((lane) => lane.id !== current).map((lane) => ({ value: lane.id, label: pick(lane.name) }))];
}

/** Starts around the present one, in steps of five minutes, none of them past. */
function starts(item: Item, view: View, chosen: string): { value: string; label: string }[] {
  const at = startOf(item) ?? Date.parse(view.now);
  const from = Math.max(Date.parse(view.now), Date.parse(view.opens ?? view.begins), at - AROUND * STEP_MS);
  const found = [{ value: "", label: t("move-stays-at", { at }) }];
  for (let start = Math.ceil(from / STEP_MS) * STEP_MS; start <= at + AROUND * STEP_MS; start += STEP_MS) {
    if (start !== at) found.push({ value: new Date(start).toISOString(), label: `${time(start)} (${shift(start - at)})` });
  }
  if (chosen && !found.some((each) => each.value === chosen)) found.push({ value: chosen, label: `${time(chosen)} (${shift(Date.parse(chosen) - at)})` });
  return found;
}

function shift(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return `${minutes > 0 ? "+" : "−"}${Math.abs(minutes)}`;
}
