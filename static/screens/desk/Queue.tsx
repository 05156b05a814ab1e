import { Armchair, Bell, CalendarX, Play } from "lucide-preact";
import { hubNow } from "@client/clock";
import { time, timeRange } from "@client/format";
import { pick } from "@client/i18n";
import { Button, GlideList, Icon, StateBadge } from "@design";
import { doTo } from "./act";
import { bookings, select, selected, show } from "./desk_state";
import { nameOf } from "./names";
import type { Booking, View } from "./types";
import { t } from "./words";

/** Done, and still in the house. */
const SETTLING: ReadonlySet<string> = new Set(["served", "at_checkout", "paid"]);

export function Queue({ view }: { view: View }) {
  const known = (ids: string[]) => ids.map((id) => bookings.value.get(id)).filter((each) => each !== undefined) as Booking[];
  const [waiting, gone] = [known(view.queue), known(view.gone)];
  const settling = (view.bookings as Booking[]).filter((each) => each.visit_state !== null && SETTLING.has(each.visit_state));
  return (
    <section class="queue" aria-label={t("queue")}>
      <h2 class="side-title">
        {t("queue")}
        {waiting.length > 0 && <span class="count wait">{waiting.length}</span>}
      </h2>
      {waiting.length === 0 ? (
        <p class="side-calm">
          <Icon of={Armchair} /> {view.date === view.today ? t("queue-none") : t("queue-other-day")}
        </p>
      ) : (
        <div class="side-scroll">
          <GlideList items={waiting} keyOf={(booking) => booking.id} class="queue-list">
            {(booking) => <Guest booking={booking} view={view} />}
          </GlideList>
        </div>
      )}
      {settling.length > 0 && <Settling guests={settling} />}
      {gone.length > 0 && <Gone gone={gone} />}
    </section>
  );
}

function Guest({ booking, view }: { booking: Booking; view: View }) {
  const first = booking.items.find((item: Booking["items"][number]) => item.phases.some((phase: Booking["items"][number]["phases"][number]) => phase.state === "planned"));
  const phase = first?.phases.find((each: Booking["items"][number]["phases"][number]) => each.state === "planned");
  const technician = view.technicians.find((lane: View["technicians"][number]) => lane.id === phase?.technician_id);
  const place = view.places.find((lane: View["places"][number]) => lane.id === phase?.place_id);
  // The promise was about the first start; between two services it says nothing any more.
  const begun = booking.items.some((item: Booking["items"][number]) => item.phases.some((each: Booking["items"][number]["phases"][number]) => each.state !== "planned"));
  return (
    <article class={selected.value === booking.id ? "guest chosen" : "guest"}>
      <button type="button" class="guest-main" onClick={() => (selected.value === booking.id ? select(undefined) : show(booking.id))}>
        <span class={`code-tile ${booking.color}`} title={t(`color-${booking.color}`)}>
          <b>{booking.number}</b>
          <small>{t(`color-${booking.color}`)}</small>
        </span>
        <span class="guest-top">
          <strong class="guest-who">{nameOf(booking)}</strong>
          {booking.promise && !begun ? (
            <time class={booking.at_risk ? "numbers window risk" : "numbers window"}>{timeRange(booking.promise.start, booking.promise.end)}</time>
          ) : (
            <span class="window muted">{booking.planned_start ? time(booking.planned_start) : t("no-room-yet")}</span>
          )}
        </span>
        <span class="guest-what muted small">
          {[first && pick(first.service), technician && pick(technician.name), place && pick(place.name)].filter(Boolean).map((part, index) => (
            <span key={index}>{part}</span>
          ))}
        </span>
      </button>
      <div class="guest-do">
        {booking.waiting_since && <Waited since={booking.waiting_since} />}
        {booking.visit_state !== "waiting" && booking.visit_state && <StateBadge kind="visit" state={booking.paused ? "paused" : booking.visit_state} />}
        {booking.paused && booking.visit_state === "waiting" && <StateBadge kind="visit" state="paused" />}
        <Next booking={booking} start={first?.actions.includes("start") ? first : undefined} />
      </div>
    </article>
  );
}

/** The one or two things that will be done with this customer next. */
function Next({ booking, start }: { booking: Booking; start: Booking["items"][number] | undefined }) {
  const run = (action: string) => void doTo(booking, action);
  return (
    <span class="guest-buttons">
      {booking.actions.includes("call") && (
        <Button icon={Bell} onClick={() => run("call")}>
          {t("do-call")}
        </Button>
      )}
      {booking.actions.includes("recall") && (
        <Button onClick={() => run("recall")}>
          {t("do-recall")}
        </Button>
      )}
      {booking.visit_state === "called" && booking.actions.includes("enter") && (
        <Button onClick={() => run("enter")}>
          {t("do-enter")}
        </Button>
      )}
      {booking.visit_state === "in_room" && start && (
        <Button icon={Play} onClick={() => show(booking.id)}>
          {t("do-start")}
        </Button>
      )}
      {booking.actions.includes("resume") && <Button onClick={() => run("resume")}>{t("do-resume")}</Button>}
    </span>
  );
}

/** Who comes to the desk next, each with the step that is left. */
function Settling({ guests }: { guests: Booking[] }) {
  return (
    <section class="settling" aria-label={t("settling")}>
      <h3>
        {t("settling")} <span class="count">{guests.length}</span>
      </h3>
      <ul>
        {guests.map((booking) => {
          const step = (booking.actions as string[]).find((action) => action === "checkout" || action === "leave");
          return (
            <li key={booking.id}>
              <button type="button" class="settling-who" onClick={() => show(booking.id)}>
                <span class={`code-dot ${booking.color}`} title={t(`color-${booking.color}`)}>
                  {booking.number}
                </span>
                <span>{nameOf(booking)}</span>
              </button>
              {step && <Button onClick={() => void doTo(booking, step)}>{t(`do-${step}`)}</Button>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Waited({ since }: { since: string }) {
  const minutes = Math.max(0, Math.floor((hubNow() - Date.parse(since)) / 60_000));
  return <span class={minutes >= 15 ? "waited long numbers" : "waited numbers"}>{t("waited", { minutes })}</span>;
}

function Gone({ gone }: { gone: Booking[] }) {
  return (
    <details class="gone">
      <summary>
        <Icon of={CalendarX} size="1em" /> {t("gone", { count: gone.length })}
      </summary>
      <ul class="gone-list">
        {gone.map((booking) => (
          <li key={booking.id}>
            <button type="button" onClick={() => select(booking.id)}>
              <time class="numbers">{time(booking.booked_start)}</time> {nameOf(booking)}
              <StateBadge kind="booking" state={booking.state} />
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
