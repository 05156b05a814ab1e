import { CalendarX2 } from "lucide-preact";
import { useMemo, useState } from "preact/hooks";
import { Refusal } from "@client/door";
import { day as dayName, isLate, noon, time, timeRange, visitDayAndTime } from "@client/format";
import { pick, t } from "@client/i18n";
import { useLater } from "@client/later";
import { Callout, EmptyState, LiveArea, Select, SkeletonLines, toast } from "@design";
import { showChosen } from "@design/chosen_day";
import { Peak } from "./Peak";
import { able, asked, day, take, wanted, watchSlots, who, type BookView, type Slot, type SlotsView } from "./state";

type SlotDay = SlotsView["days"][number];

const NOON = 12;
const EVENING = 17;

export function When({ view }: { view: BookView }) {
  const live = useMemo(watchSlots, [wanted.value]);
  const options = [
    ...["any", "woman", "man"].map((value) => ({ value, label: t(`who-${value}`) })),
    ...able.value.map((person) => ({ value: person.id, label: pick(person.name) })),
  ];
  return (
    <>
      <h1>{t("when-title")}</h1>
      <Select label={t("who-label")} value={who.value} onValue={(value) => (asked.value = value)} options={options} />
      <LiveArea live={live} skeleton={<SkeletonLines count={5} height="3rem" />}>
        {(slots) => <Days slots={slots} />}
      </LiveArea>
      {view.peak.windows.length > 0 && <Peak rule={view.peak} />}
    </>
  );
}

function Days({ slots }: { slots: SlotsView }) {
  const shown = slots.days.find((each) => each.date === day.value) ?? slots.days.find((each) => each.starts.length) ?? slots.days[0];
  return (
    <>
      <div class="days" role="tablist" aria-label={t("day-label")}>
        {slots.days.map((each) => (
          <button
            key={each.date}
            type="button"
            role="tab"
            ref={each === shown ? showChosen : null}
            aria-selected={each === shown}
            class={["day", each === shown && "chosen", !each.starts.length && "full"].filter(Boolean).join(" ")}
            onClick={() => (day.value = each.date)}
          >
            <span class="day-name">{dayName(noon(each.date))}</span>
            <span class="day-room">
              {each.opens === null ? t("day-closed") : each.starts.length ? t("day-free", { count: each.starts.length }) : t(each.staffed ? "day-full" : "day-unstaffed")}
            </span>
            {each.holiday && <span class="day-holiday">{pick(each.holiday)}</span>}
          </button>
        ))}
      </div>
      {shown && <Starts shown={shown} all={slots.days} />}
    </>
  );
}

/** The waiting list comes when a full day is looked at. */
function Wait(props: { day: string; days: string[] }) {
  const later = useLater(() => import("./Waitlist"));
  return later ? <later.Waitlist {...props} /> : null;
}

const PARTS = ["morning", "afternoon", "evening", "night"] as const;

function partOf(slot: Slot): (typeof PARTS)[number] {
  if (isLate(slot.start)) return "night";
  const hour = Number(time(slot.start).slice(0, 2));
  return hour < NOON ? "morning" : hour < EVENING ? "afternoon" : "evening";
}

function Starts({ shown, all }: { shown: SlotDay; all: SlotDay[] }) {
  const [busy, setBusy] = useState<string>();
  const [taken, setTaken] = useState<string>();
  const peak = shown.peak_opens && <Callout tone="clay" class="peak-opens small">{t("peak-opens", { at: shown.peak_opens })}</Callout>;
  if (!shown.starts.length) {
    const next = all.find((each) => each.date > shown.date && each.starts.length);
    const reason = shown.opens === null ? (shown.why ? pick(shown.why) : t("day-closed-hint")) : t(shown.staffed ? "day-full-hint" : "day-unstaffed-hint");
    return (
      <>
        {peak}
        <EmptyState
          icon={CalendarX2}
          title={reason}
          {...(next
            ? { action: { label: t("day-next", { day: dayName(noon(next.date)) }), onClick: () => (day.value = next.date) } }
            : {})}
        />
        {shown.opens !== null && <Wait key={shown.date} day={shown.date} days={all.map((each) => each.date)} />}
      </>
    );
  }
  const parts = PARTS.map((name) => ({ name, slots: shown.starts.filter((slot) => partOf(slot) === name) }));
  const choose = async (slot: Slot) => {
    setBusy(slot.start);
    try {
      await take(slot);
    } catch (error) {
      if (error instanceof Refusal && error.code === "slot_taken") setTaken(slot.start);
      else toast((error as Error).message, { tone: "alert" });
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <div class="starts">
      {shown.opens && shown.closes && (
        <p class="starts-hours">
          {t("day-hours", { hours: timeRange(shown.opens, shown.closes) })}
          {shown.holiday && <span> · {pick(shown.holiday)}</span>}
        </p>
      )}
      {peak}
      {taken && <Taken start={taken} others={nearest(taken, all)} busy={busy !== undefined} onChoose={(slot) => void choose(slot)} />}
      {parts
        .filter((part) => part.slots.length)
        .map((part) => (
          <section key={part.name}>
            <h2>{t(`part-${part.name}`, { date: part.slots[0]!.start })}</h2>
            <div class="start-grid">
              {part.slots.map((slot) => (
                <button
                  key={slot.start}
                  type="button"
                  class="start"
                  disabled={busy !== undefined}
                  aria-busy={busy === slot.start}
                  onClick={() => void choose(slot)}
                >
                  {time(slot.start)}
                </button>
              ))}
            </div>
          </section>
        ))}
    </div>
  );
}

const NEAREST = 3;

/** The free starts nearest to one that somebody else got first, in the order of the day. */
function nearest(start: string, days: SlotDay[]): Slot[] {
  const apart = (slot: Slot) => Math.abs(Date.parse(slot.start) - Date.parse(start));
  const others = days.flatMap((each) => each.starts).filter((slot) => slot.start !== start);
  return others
    .sort((one, two) => apart(one) - apart(two))
    .slice(0, NEAREST)
    .sort((one, two) => Date.parse(one.start) - Date.parse(two.start));
}

function Taken(props: { start: string; others: Slot[]; busy: boolean; onChoose: (slot: Slot) => void }) {
  return (
    <Callout as="section" tone="clay" class="taken" role="alert">
      <p>{t("slot-taken", { at: props.start })}</p>
      {props.others.map((slot) => (
        <button key={slot.start} type="button" class="start" disabled={props.busy} onClick={() => props.onChoose(slot)}>
          {visitDayAndTime(slot.start)}
        </button>
      ))}
    </Callout>
  );
}
