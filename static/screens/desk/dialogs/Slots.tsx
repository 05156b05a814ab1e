import type { ViewOf } from "@client/api";
import { day, nextDay, noon, percent, time } from "@client/format";
import { pick, sayError } from "@client/i18n";
import type { LiveView } from "@client/live";
import { useTypedDay } from "@client/typed_day";
import { Button, Chip, shownDate, Skeleton } from "@design";
import type { Slot } from "../types";
import { t } from "../words";

/** Free starts of a day, by the half of the day; the odds are shown where they are not good. */
export function Slots({
  live,
  date,
  today,
  start,
  onDate,
  onStart,
}: {
  live: LiveView<ViewOf<"desk-slots">> | undefined;
  date: string;
  today: string;
  start: string | undefined;
  onDate: (date: string) => void;
  onStart: (start: string) => void;
}) {
  const view = live?.view.value;
  const field = useTypedDay(date, onDate);
  const problem = live?.problem.value;
  return (
    <div class="column">
      <input class="input slot-date" type="date" {...shownDate(date)} value={field.value} min={today} aria-label={t("book-date")} onInput={(event) => field.write(event.currentTarget.value)} onBlur={field.leave} />
      {!live && <p class="muted">{t("slots-first-service")}</p>}
      {live && problem && <p class="alert-text">{sayError(problem)}</p>}
      {live && !problem && !view && <Skeleton height="6rem" />}
      {view && <Grid slots={view.slots} start={start} onStart={onStart} />}
      {view && !view.slots.length && (
        <p class="row wrap">
          <span>{t("slots-none")}</span>
          {view.next_date && <Button onClick={() => onDate(view.next_date!)}>{t("slots-next", { date: day(noon(view.next_date)) })}</Button>}
        </p>
      )}
    </div>
  );
}

const GOOD_ODDS = 80;

function Grid({ slots, start, onStart }: { slots: Slot[]; start: string | undefined; onStart: (start: string) => void }) {
  const chosen = slots.find((slot) => slot.start === start);
  return (
    <>
      <ul class="slots">
        {slots.map((slot) => (
          <li key={slot.start}>
            <button type="button" class={slot.start === start ? "slot chosen" : "slot"} aria-pressed={slot.start === start} onClick={() => onStart(slot.start)}>
              <time class="numbers">{time(slot.start)}</time>
              {nextDay(slot.start) && <small>{nextDay(slot.start)}</small>}
              {slot.odds < GOOD_ODDS && <small class="numbers">{percent(slot.odds / 100)}</small>}
              {slot.reserved_until && <small>{t("slot-peak")}</small>}
            </button>
          </li>
        ))}
      </ul>
      {chosen && (
        <p class="row wrap slot-chosen">
          <Chip tone="celadon">{t("slot-until", { from: time(chosen.start), to: time(chosen.end) })}</Chip>
          <span>{chosen.technicians.map(pick).join(t("list-comma"))}</span>
          <span class="muted">{t("promise-odds", { odds: chosen.odds })}</span>
          {chosen.reserved_until && <span class="slot-reserved">{t("slot-reserved", { until: chosen.reserved_until })}</span>}
        </p>
      )}
    </>
  );
}
