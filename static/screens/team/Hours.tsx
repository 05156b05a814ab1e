import { ChevronLeft, ChevronRight, Copy, Plus, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { day, noon } from "@client/format";
import { pick, t } from "@client/i18n";
import { Button, IconButton, toast } from "@design";
import { TimeInput } from "@design/TimeInput";
import { later } from "./dates";
import type { Technician, View } from "./Team";

type Day = View["days"][number];
type Shift = Technician["shifts"][number];

const WEEKS_COPIED = 4;
const WEEK = 7;

function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

/** Two weeks of one person's shifts. What is changed is kept as soon as a field is left. */
export function Hours({ view, person, onWeek }: { view: View; person: Technician; onWeek: (first: string) => void }) {
  const of = (date: string) => (person.shifts as Shift[]).filter((shift) => shift.date === date);
  const [copying, setCopying] = useState(false);
  const copy = async () => {
    setCopying(true);
    try {
      for (const each of view.days.slice(0, WEEK) as Day[]) {
        for (const { start, end } of of(each.date)) {
          for (let week = 1; week <= WEEKS_COPIED; week++) {
            await send("team.put_shift", { technician_id: person.id, date: later(each.date, week * WEEK), start, end, shift_id: null });
          }
        }
      }
      toast(t("team-hours-copied", { weeks: WEEKS_COPIED }));
    } catch (error) {
      complain(error);
    }
    setCopying(false);
  };
  return (
    <section class="team-card" aria-label={t("team-hours")}>
      <header class="row wrap">
        <h2>{t("team-hours")}</h2>
        <div class="row push">
          <IconButton of={ChevronLeft} label={t("team-earlier")} onClick={() => onWeek(later(view.first, -WEEK))} />
          <IconButton of={ChevronRight} label={t("team-later")} onClick={() => onWeek(later(view.first, WEEK))} />
          <Button icon={Copy} working={copying} disabled={!view.days.slice(0, WEEK).some((each: Day) => of(each.date).length)} onClick={() => void copy()}>
            {t("team-hours-copy", { weeks: WEEKS_COPIED })}
          </Button>
        </div>
      </header>
      <div class="team-weeks">
        {[0, 1].map((week) => (
          <ul key={week}>
            {view.days.slice(week * WEEK, (week + 1) * WEEK).map((each: Day) => (
              <li key={each.date} class={each.date === view.today ? "team-day today" : "team-day"} data-date={each.date}>
                <span class="team-date">{day(noon(each.date))}</span>
                <div class="team-shifts">
                  {of(each.date).map((shift) => (
                    <ShiftRow key={shift.id} person={person} shift={shift} />
                  ))}
                  {of(each.date).length === 0 && (
                    <span class="team-free">
                      {each.opens === null && <span class="muted">{each.name ? pick(each.name) : t("team-closed")}</span>}
                      <Button variant="ghost" icon={Plus} onClick={() => void add(person, each)}>
                        {t("team-hours-add")}
                      </Button>
                    </span>
                  )}
                </div>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </section>
  );
}

async function add(person: Technician, each: Day): Promise<void> {
  const usual = person.shifts[0] as Shift | undefined;
  const hours = { start: usual?.start ?? each.opens ?? "10:00", end: usual?.end ?? each.closes ?? "19:00" };
  await send("team.put_shift", { technician_id: person.id, date: each.date, shift_id: null, ...hours }).catch(complain);
}

function ShiftRow({ person, shift }: { person: Technician; shift: Shift }) {
  const keep = async (change: { start?: string; end?: string }) => {
    try {
      await send("team.put_shift", { technician_id: person.id, date: shift.date, start: shift.start, end: shift.end, ...change, shift_id: shift.id });
      toast(t("team-hours-kept"));
    } catch (error) {
      setTries(tries + 1);
      complain(error);
    }
  };
  // What the hub refuses is not left standing in the field.
  const [tries, setTries] = useState(0);
  return (
    <span class="team-shift" key={tries}>
      <TimeInput label={t("team-from")} value={shift.start} onValue={(start) => void keep({ start })} />
      <span aria-hidden="true">–</span>
      <TimeInput label={t("team-until")} value={shift.end} onValue={(end) => void keep({ end })} />
      {shift.end <= shift.start && <abbr class="muted small" title={t("team-next-date")}>+1</abbr>}
      <IconButton of={Trash2} label={t("team-hours-remove")} onClick={() => void send("team.remove_shift", { shift_id: shift.id }).catch(complain)} />
    </span>
  );
}
