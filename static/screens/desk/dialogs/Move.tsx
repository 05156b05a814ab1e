import { ArrowLeftRight } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { time } from "@client/format";
import { pick } from "@client/i18n";
import { Button, Select, Sheet, SkeletonLines, toast } from "@design";
import { attempt } from "../act";
import { nameOf } from "../names";
import { startOf } from "../timeline/blocks";
import type { Booking, Item, Lane, View } from "../types";
import { Consequences, OtherWays } from "../WhatIf";
import { askWhatIf, forgetWhatIf, renewed, type Way, whatIf } from "../what_if";
import { shut } from "./Small";
import { t } from "../words";

const OUTDATED = new Set(["proposal_gone", "moved_on", "slot_taken"]);
const STEP_MS = 5 * 60_000;
const AROUND = 36; // steps before and after: three hours

interface Chosen {
  start: string;
  technician: string;
  place: string;
}

/** "Move to…": the same for a dropped block and for the keyboard. What it would do is shown before anything is done. */
export function Move({ wanted, booking, item, view }: { wanted: { start?: string; technician?: string; place?: string }; booking: Booking; item: Item; view: View }) {
  const first = item.phases[0];
  const now: Chosen = { start: wanted.start ?? "", technician: wanted.technician ?? "", place: wanted.place ?? "" };
  const [to, setTo] = useState<Chosen>(now);
  const [isSending, setSending] = useState(false);
  const moved = to.start !== "" || to.technician !== "" || to.place !== "";
  const wish = { item: item.id, start: to.start || undefined, technician: to.technician || undefined, place: to.place || undefined };
  useEffect(() => {
    if (moved) askWhatIf(wish, true);
    else forgetWhatIf();
  }, [to.start, to.technician, to.place]);
  useEffect(() => forgetWhatIf, []);
  const asked = whatIf.value;
  const way = asked?.answer?.asked;
  const accept = async (chosen: Way) => {
    setSending(true);
    const done = await taken(wish, chosen, nameOf(booking));
    setSending(false);
    if (done) shut();
    else askWhatIf(wish, true);
  };
  const fit = view.fits.find((each: View["fits"][number]) => each.service_id === item.service_id);
  const lanes = (all: Lane[], ids: string[] | undefined) => all.filter((lane) => ids?.includes(lane.id));
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
        <Select label={t("move-start")} value={to.start} onValue={(start) => setTo({ ...to, start })} options={starts(item, view, to.start)} />
        <div class="move-two">
          <Select
            label={t("move-technician")}
            value={to.technician}
            onValue={(technician) => setTo({ ...to, technician })}
            options={options(lanes(view.technicians, fit?.technician_ids), view.technicians, first?.technician_id)}
          />
          <Select
            label={t("move-place")}
            value={to.place}
            onValue={(place) => setTo({ ...to, place })}
            options={options(lanes(view.places, fit?.place_ids), view.places, first?.place_id)}
          />
        </div>
        <section class="move-what" aria-live="polite" aria-label={t("what-if")}>
          <h3>{t("what-if")}</h3>
          {!moved && <p class="muted">{t("what-if-choose")}</p>}
          {asked?.state === "asking" && <SkeletonLines count={3} />}
          {asked?.state === "refused" && <p class="alert-text">{asked.sentence}</p>}
          {asked?.answer && <Consequences answer={asked.answer} />}
          {asked?.answer && <OtherWays ways={asked.answer.others} onAccept={(chosen) => void accept(chosen)} />}
          {way && <p class="muted small">{t("move-pin")}</p>}
        </section>
      </div>
    </Sheet>
  );
}

/** Accept exactly what was shown. Where the day has moved on meanwhile, once more if nobody is worse off than shown. */
async function taken(wanted: Parameters<typeof renewed>[0], way: Way, name: string): Promise<boolean> {
  const accept = (id: string) => attempt("planning.accept_proposal", { proposal_id: id }, { did: "did-move", args: { name } }, OUTDATED);
  const first = await accept(way.id);
  if (first !== "outdated") return first === "done";
  try {
    const fresh = await renewed(wanted, way);
    const second = fresh ? await accept(fresh.id) : "outdated";
    if (second === "outdated") toast(t("what-if-outdated"), { tone: "alert" });
    return second === "done";
  } catch (error) {
    toast((error as Error).message, { tone: "alert" });
    return false;
  }
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
