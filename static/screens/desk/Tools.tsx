import { ChevronLeft, ChevronRight, LocateFixed, Minus, Plus } from "lucide-preact";
import { day, noon } from "@client/format";
import { pick } from "@client/i18n";
import { useTypedDay } from "@client/typed_day";
import { Button, Chip, IconButton, SegmentedControl } from "@design";
import { axis, date, lookTo, setAxis, setDate, setZoom, stepDate, zoom, ZOOMS } from "./desk_state";
import type { View } from "./types";
import { t } from "./words";

/** Above the timeline: which day, whose lanes, how near. */
export function Tools({ view }: { view: View }) {
  const wanted = date.value ?? view.today; // the day asked for, also before it has come
  const field = useTypedDay(wanted, setDate);
  const isToday = wanted === view.today;
  const words = day(`${wanted}T12:00:00${offset(view, wanted)}`);
  return (
    <div class="tools">
      <div class="tools-day">
        <IconButton of={ChevronLeft} label={t("day-before")} onClick={() => stepDate(-1)} />
        <label class="tools-date">
          <strong>{isToday ? t("today") : words}</strong>
          {isToday && <span class="muted">{words}</span>}
          <input type="date" value={field.value} aria-label={t("day-choose")} onInput={(event) => field.write(event.currentTarget.value)} onBlur={field.leave} />
        </label>
        <IconButton of={ChevronRight} label={t("day-after")} onClick={() => stepDate(1)} />
        {!isToday && <Button onClick={() => setDate(undefined)}>{t("back-to-today")}</Button>}
        {view.holiday && <Chip tone="clay">{pick(view.holiday)}</Chip>}
        {view.off && <Chip>{t(`off-${view.off}`)}</Chip>}
      </div>
      <Legend />
      <div class="tools-look">
        <SegmentedControl
          label={t("lanes")}
          value={axis.value}
          onValue={setAxis}
          options={[
            { value: "technician", label: t("by-technician") },
            { value: "place", label: t("by-place") },
          ]}
        />
        <div class="tools-zoom" role="group" aria-label={t("zoom")}>
          <IconButton of={Minus} label={t("zoom-out")} disabled={zoom.value === 0} onClick={() => setZoom(zoom.value - 1)} />
          <IconButton of={Plus} label={t("zoom-in")} disabled={zoom.value === ZOOMS.length - 1} onClick={() => setZoom(zoom.value + 1)} />
        </div>
        <IconButton of={LocateFixed} label={t("to-now")} variant="quiet" onClick={() => lookTo("now")} />
      </div>
    </div>
  );
}

/** Noon in the store's zone is the same date in every zone that shops are in; what matters is the date alone. */
function offset(view: View, date: string): string {
  const midday = new Date(noon(date));
  const there = new Intl.DateTimeFormat("en", { timeZone: view.store.zone, timeZoneName: "longOffset" }).formatToParts(midday);
  return there.find((part) => part.type === "timeZoneName")?.value.replace("GMT", "") || "Z";
}

function Legend() {
  return (
    <ul class="legend" aria-hidden="true">
      <li>
        <i class="legend-solid" /> {t("state-phase-hands_on")}
      </li>
      <li>
        <i class="legend-hatch" /> {t("state-phase-processing")}
      </li>
      <li>
        <i class="legend-ghost" /> {t("legend-ghost")}
      </li>
    </ul>
  );
}
