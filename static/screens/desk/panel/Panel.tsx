import { CircleHelp, History, MessageSquareText, Repeat2, StickyNote, TriangleAlert, X } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { dayAndTime, time, timeRange } from "@client/format";
import { pick, say } from "@client/i18n";
import { Button, Callout, Chip, Icon, IconButton, StateBadge } from "@design";
import { open, select } from "../desk_state";
import { nameOf } from "../names";
import type { Booking, Item, Phase, View } from "../types";
import { BookingActions } from "./BookingActions";
import { File } from "./File";
import { Forms } from "./Forms";
import { ItemCard } from "./ItemCard";
import { t } from "../words";
import "./panel.css";

/** All about one booking, and every action that is open for it. */
export function Panel({ booking, view }: { booking: Booking; view: View }) {
  const aside = useRef<HTMLElement>(null);
  // Whoever works by keyboard goes on from the block when the details are left.
  useLayoutEffect(
    () => () => {
      if (aside.current?.contains(document.activeElement)) document.querySelector<HTMLElement>(`[data-booking="${booking.id}"]`)?.focus({ preventScroll: true });
    },
    [],
  );
  return (
    <aside class="panel" ref={aside} aria-label={t("details", { name: nameOf(booking) })}>
      <header class="panel-head">
        {booking.number !== null && (
          <span class={`code-tile ${booking.color}`}>
            <b>{booking.number}</b>
            <small>{t(`color-${booking.color}`)}</small>
          </span>
        )}
        <div class="panel-who">
          <h2>{nameOf(booking)}</h2>
          <p class="muted small">
            {[booking.title !== "none" && t(`title-${booking.title}`), booking.phone_tail && t("phone-tail", { tail: booking.phone_tail }), t(`source-${booking.source}`)]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <IconButton of={X} label={t("button-close")} onClick={() => select(undefined)} />
      </header>
      <div class="panel-scroll">
        <div class="row wrap panel-states">
          <State booking={booking} />
          {booking.tier !== "none" && <Chip tone="clay">{t(`tier-${booking.tier}`)}</Chip>}
          {booking.party_id && <Chip>{t("party")}</Chip>}
          {booking.late_until && !booking.visit_id && <Chip tone="wait">{t("late-until", { at: booking.late_until })}</Chip>}
        </div>
        {booking.has_allergy && (
          <Callout tone="alert" icon={TriangleAlert} class="panel-allergy small" role="note">
            {t("allergy-read")}
          </Callout>
        )}
        <Times booking={booking} />
        {booking.forms.length > 0 && <Forms booking={booking} />}
        <BookingActions booking={booking} />
        <ol class="panel-items">
          {booking.items.map((item: Item) => (
            <ItemCard key={item.id} item={item} booking={booking} view={view} />
          ))}
        </ol>
        {booking.note && (
          <Callout tone="clay" icon={StickyNote} class="panel-note small">
            {booking.note}
          </Callout>
        )}
        {booking.customer_id && view.reads_names && <File key={booking.customer_id} customer={booking.customer_id} />}
        {booking.customer_id && view.may_consult && (
          <Button variant="ghost" icon={MessageSquareText} onClick={() => (open.value = { what: "talk", booking: booking.id })}>
            {t("talk")}
          </Button>
        )}
        <Button variant="ghost" icon={History} onClick={() => (open.value = { what: "record", booking: booking.id })}>
          {t("record")}
        </Button>
      </div>
    </aside>
  );
}

function State({ booking }: { booking: Booking }) {
  if (booking.paused) return <StateBadge kind="visit" state="paused" />;
  if (booking.visit_state) return <StateBadge kind="visit" state={booking.visit_state} />;
  return <StateBadge kind="booking" state={booking.state} />;
}

/** The promise first, since it is what the customer was told; then what the plan says now, and why it differs. */
function Times({ booking }: { booking: Booking }) {
  const { promise, moved } = booking;
  const begun = (booking.items as Item[]).flatMap((item) => item.phases as Phase[]).find((phase) => phase.state !== "planned" && phase.start);
  const again = promise?.broken && !begun && !booking.at_risk && booking.planned_start !== null && Date.parse(booking.planned_start) <= Date.parse(promise.end);
  // Who says that they come after their window has not been let down.
  const late = !booking.visit_id && promise && booking.late_until && Date.parse(booking.late_until) > Date.parse(promise.end);
  return (
    <section class="times">
      {promise ? (
        <p class={!late && ((promise.broken && !again) || booking.at_risk) ? "times-promise broken" : "times-promise"}>
          <span class="small">{t("promised")}</span>
          <time class="numbers">{timeRange(promise.start, promise.end)}</time>
          <span class="small">{late ? t("promise-late") : again ? t("promise-again") : promise.broken ? t("promise-broken") : booking.at_risk ? t("promise-risk") : t("promise-odds", { odds: promise.odds })}</span>
        </p>
      ) : (
        <p class="times-promise">
          <span class="small">{t("booked-for")}</span>
          <time class="numbers">{time(booking.booked_start)}</time>
        </p>
      )}
      <dl class="times-list">
        {promise && (
          <div>
            <dt>{t("booked-for")}</dt>
            <dd class="numbers">{time(booking.booked_start)}</dd>
          </div>
        )}
        <div>
          <dt>{t(begun ? "begun-at" : "planned-for")}</dt>
          <dd class="numbers">{begun?.start ? time(begun.start) : booking.planned_start ? time(booking.planned_start) : t("no-room-yet")}</dd>
        </div>
        <div>
          <dt>{t("done-by")}</dt>
          <dd class="numbers">{booking.expected_end ? time(booking.expected_end) : "–"}</dd>
        </div>
        {booking.arrived_at && (
          <div>
            <dt>{t("here-since")}</dt>
            <dd class="numbers">{time(booking.arrived_at)}</dd>
          </div>
        )}
      </dl>
      {moved && (
        <p class="times-why">
          <Icon of={Repeat2} />
          <span>
            <strong>{changeOf(moved)}</strong> {say(moved.reason)} · <span class="muted small">{dayAndTime(moved.at)}</span>
            {canMove(booking, moved.item_id) && moved.before_start && (
              <Button variant="ghost" icon={CircleHelp} onClick={() => (open.value = { what: "why_not", booking: booking.id, item: moved.item_id, start: moved.before_start! })}>
                {t("why-not-before", { at: moved.before_start })}
              </Button>
            )}
          </span>
        </p>
      )}
    </section>
  );
}

function canMove(booking: Booking, item: string): boolean {
  return (booking.items as Item[]).some((each) => each.id === item && (each.actions as string[]).includes("move"));
}

function changeOf(moved: NonNullable<Booking["moved"]>): string {
  const parts = [];
  if (moved.before_start && moved.after_start && moved.before_start !== moved.after_start) {
    parts.push(`${time(moved.before_start)} → ${time(moved.after_start)}`);
  }
  const { before_technician: from, after_technician: to } = moved;
  if (from && to && pick(from) !== pick(to)) parts.push(`${pick(from)} → ${pick(to)}`);
  if (moved.before_place && moved.after_place && pick(moved.before_place) !== pick(moved.after_place)) {
    parts.push(`${pick(moved.before_place)} → ${pick(moved.after_place)}`);
  }
  return parts.join(t("list-comma"));
}
