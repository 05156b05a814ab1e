import { Ban, BellRing, CalendarClock, CircleCheck, CreditCard, DoorOpen, Footprints, LogIn, type LucideIcon, Megaphone, Pause, PenLine, Play, Plus, RotateCcw, ScanSearch, UserX } from "lucide-preact";
import { useState } from "preact/hooks";
import { hubNow } from "@client/clock";
import { time } from "@client/format";
import { Button } from "@design";
import { doTo, keyOf, working } from "../act";
import { useWhatIf } from "../asking";
import { type Asking, open } from "../desk_state";
import { nameOf } from "../names";
import { decide } from "../take_way";
import type { Booking } from "../types";
import { Preview } from "../WhatIf";
import { commandOf, lateBy } from "./commands";
import { signNext } from "./signing";
import { t } from "../words";

const LATE = [5, 15, 30] as const;

const ICONS: Record<string, LucideIcon> = {
  check_in: LogIn,
  sign: PenLine,
  no_show: UserX,
  reverse_no_show: RotateCcw,
  call: Megaphone,
  recall: BellRing,
  enter: DoorOpen,
  pause: Pause,
  resume: Play,
  add_service: Plus,
  rebook: CalendarClock,
  cancel: Ban,
  checkout: CreditCard,
  leave: Footprints,
};

/** The first action is the likely one and stands alone; the rest follow in one line. */
export function BookingActions({ booking }: { booking: Booking }) {
  const actions = booking.actions as string[];
  if (!actions.length) return null;
  const likely = actions[0] === "add_service" ? undefined : actions[0];
  const rest = actions.filter((action) => action !== likely && action !== "late");
  return (
    <section class="do" data-once aria-label={t("actions")}>
      {likely && <One action={likely} booking={booking} primary />}
      {actions.includes("late") && <Late booking={booking} />}
      <div class="row wrap do-rest">
        {rest.map((action) => (
          <One key={action} action={action} booking={booking} />
        ))}
      </div>
    </section>
  );
}

function One({ action, booking, primary = false }: { action: string; booking: Booking; primary?: boolean }) {
  const asked = commandOf(action, booking);
  const run = () => {
    if (action === "rebook") open.value = { what: "booking", draft: { kind: "rebook", booking } };
    else if (action === "add_service") open.value = { what: "add", booking: booking.id };
    else if (action === "sign") signNext(booking);
    else if (action === "cancel") open.value = { what: "cancel", booking: booking.id };
    else void doTo(booking, action);
  };
  return (
    <Button
      variant={primary ? "primary" : action === "cancel" || action === "no_show" ? "danger" : "quiet"}
      icon={ICONS[action] ?? CircleCheck}
      wide={primary}
      working={working.value.has(keyOf(asked.command, asked.data))}
      onClick={run}
      data-action={action}
    >
      {t(`do-${action.replaceAll("_", "-")}`)}
    </Button>
  );
}

/** "Late by…", with the time that it comes to; what it does to the others stands below before it is said. */
function Late({ booking }: { booking: Booking }) {
  const [aimed, aim] = useState<number>();
  const now = hubNow();
  const name = nameOf(booking);
  const asking = (more: number): Asking => {
    const minutes = lateBy(booking, more, now);
    return {
      kind: "late",
      wanted: { kind: "late", booking: booking.id, minutes },
      title: t("late-title", { name, minutes: more }),
      go: t("late-go", { minutes: more }),
      command: "visits.report_late",
      data: { booking_id: booking.id, minutes },
      here: Date.parse(booking.booked_start) + minutes * 60_000,
      done: { did: "did-late", args: { name, minutes: more } },
    };
  };
  const asked = useWhatIf(aimed === undefined ? undefined : asking(aimed).wanted);
  return (
    <div class="late-box" onMouseLeave={() => aim(undefined)}>
      <p class="late-head">
        <span class="small muted">{t("do-late")}</span>
        <Button variant="ghost" icon={ScanSearch} onClick={() => (open.value = { what: "ways", asking: asking(aimed ?? LATE[1]) })}>
          {t("look-first")}
        </Button>
      </p>
      <div class="late with-times" role="group" aria-label={t("do-late")}>
        {LATE.map((more) => (
          <button
            key={more}
            type="button"
            class="late-by"
            data-late={more}
            onMouseEnter={() => aim(more)}
            onFocus={() => aim(more)}
            onClick={() => void decide(asking(more), aimed === more ? asked : undefined)}
          >
            <strong class="numbers">+{more}</strong>
            <span class="small muted numbers">{time(Date.parse(booking.booked_start) + lateBy(booking, more, now) * 60_000)}</span>
          </button>
        ))}
      </div>
      <Preview asked={asked} />
    </div>
  );
}
