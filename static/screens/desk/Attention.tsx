import { BellRing, Brush, CalendarX, CircleAlert, ClockAlert, DoorClosed, HandHelping, HeartPulse, Hourglass, Leaf, LogIn, type LucideIcon, PenLine, Siren, TimerOff, TriangleAlert, UserX } from "lucide-preact";
import { say } from "@client/i18n";
import { Button, GlideList, Icon } from "@design";
import { act, keyOf, working } from "./act";
import { bookings, open, setDate, show } from "./desk_state";
import { nameOf } from "./names";
import type { Attention as Entry, Booking, View } from "./types";
import { t } from "./words";

type Form = Booking["forms"][number];

const ICONS: Record<string, LucideIcon> = {
  arrived: LogIn,
  late: ClockAlert,
  overrun: TimerOff,
  promise_at_risk: TriangleAlert,
  unplanned: CircleAlert,
  no_show_due: UserX,
  sick: HeartPulse,
  place_closed: DoorClosed,
  help: HandHelping,
  forms: PenLine,
  dirty: Brush,
  called_long: BellRing,
  waiting: Hourglass,
  later_day: CalendarX,
  alarm: Siren,
};

/** What is said of an answer that begins with a question to the customer. */
const DID: Record<string, string> = { "visits.waive_request": "did-anybody", "visits.drop_service": "did-without", "bookings.move": "did-move" };

export function Attention({ view }: { view: View }) {
  const pressing = view.attention.filter((entry: Entry) => entry.severity !== "info").length;
  return (
    <section class="attention" aria-label={t("attention")}>
      <h2 class="side-title">
        {t("attention")}
        {pressing > 0 && <span class="count alert">{pressing}</span>}
      </h2>
      {view.attention.length === 0 ? (
        <p class="side-calm">
          <Icon of={Leaf} /> {t(view.date === view.today ? "attention-none" : view.date > view.today ? "attention-later-day" : "attention-other-day")}
        </p>
      ) : (
        <div class="side-scroll" aria-live="polite">
          <GlideList items={view.attention as Entry[]} keyOf={(entry) => entry.id} class="attention-list" mark={false}>
            {(entry) => <Line entry={entry} />}
          </GlideList>
        </div>
      )}
    </section>
  );
}

function Line({ entry }: { entry: Entry }) {
  const booking = entry.booking_id ? bookings.value.get(entry.booking_id) : undefined;
  const who = entry.said.params?.["who"] || (booking ? nameOf(booking) : "");
  const later = entry.kind === "later_day" ? String(entry.said.params?.["date"]) : undefined;
  // Who may sign here signs in a dialog: no command alone could mend it.
  const form = entry.kind === "forms" && entry.mend.length === 0 ? (booking?.forms as Form[] | undefined)?.find((each) => each.form === entry.id.split(":")[2]) : undefined;
  const settle = form?.actions.find((action) => action !== "confirm");
  const why = (
    <>
      <Icon of={ICONS[entry.kind] ?? CircleAlert} />
      <span>{say({ code: entry.said.code, params: { ...entry.said.params, who } })}</span>
    </>
  );
  return (
    <article class={`notice ${entry.severity}`}>
      {entry.kind === "alarm" ? (
        <a class="notice-why" href="/alarms">
          {why}
        </a>
      ) : (
        <button type="button" class="notice-why" disabled={!booking && !later} onClick={() => (later ? setDate(later) : booking && show(booking.id))}>
          {why}
        </button>
      )}
      {(entry.mend.length > 0 || settle) && (
        <div class="notice-mend">
          {form && booking && settle && (
            <Button icon={PenLine} onClick={() => (open.value = { what: settle, booking: booking.id, form: form.form })}>
              {t(settle === "sign" ? "form-take" : "form-waive")}
            </Button>
          )}
          {entry.mend.map((mend: Entry["mend"][number], index: number) => (
            <Button
              key={keyOf(mend.command, mend.data)}
              variant={index === 0 && entry.severity === "urgent" ? "primary" : "quiet"}
              working={working.value.has(keyOf(mend.command, mend.data))}
              onClick={() => void act(mend.command, mend.data, { did: DID[mend.command] ?? "did-mend", args: { what: pickLabel(mend.label), name: who } })}
            >
              {pickLabel(mend.label)}
            </Button>
          ))}
        </div>
      )}
    </article>
  );
}

function pickLabel(label: Entry["mend"][number]["label"]): string {
  return say({ code: label.code, params: label.params as Record<string, unknown> });
}
