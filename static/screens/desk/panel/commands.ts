/** The command behind each word of the desk. Which words are open, the hub's view says. */
import type { Booking } from "../types";

export interface Asked {
  command: string;
  data: Record<string, unknown>;
}

export function commandOf(action: string, booking: Booking): Asked {
  const byBooking = { booking_id: booking.id };
  const byVisit = { visit_id: booking.visit_id };
  const known: Record<string, Asked> = {
    check_in: { command: "visits.check_in", data: byBooking },
    no_show: { command: "visits.no_show", data: byBooking },
    reverse_no_show: { command: "visits.reverse_no_show", data: byBooking },
    call: { command: "visits.call_customer", data: byVisit },
    recall: { command: "visits.recall_customer", data: byVisit },
    enter: { command: "visits.enter_room", data: byVisit },
    pause: { command: "visits.pause", data: byVisit },
    resume: { command: "visits.resume", data: byVisit },
    checkout: { command: "visits.send_to_checkout", data: byVisit },
    leave: { command: "visits.leave", data: byVisit },
  };
  return known[action] ?? { command: action, data: {} };
}

/** Minutes after the booked time at which a customer comes who says "`more` minutes later": later than booked, or than now when
 *  the booked time is past. */
export function lateBy(booking: Booking, more: number, now: number): number {
  const overdue = Math.max(0, Math.ceil((now - Date.parse(booking.booked_start)) / 60_000));
  return Math.min(240, overdue + more);
}
