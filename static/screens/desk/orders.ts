/** The keys that act on the chosen booking. */
import { hubNow } from "@client/clock";
import type { Args } from "@client/i18n";
import { toast } from "@design";
import { act, doTo } from "./act";
import { bookings, live, open, select, selected } from "./desk_state";
import { nameOf } from "./names";
import { lateBy } from "./panel/commands";
import type { Booking, Item } from "./types";
import { t } from "./words";

/** What acts on the chosen booking, and the actions of which one must be open there. */
const ORDERS: Record<string, [(booking: Booking, actions: string[], key: string) => unknown, ...string[]]> = {
  i: [bookingAction, "check_in"],
  c: [bookingAction, "call", "recall"],
  l: [late, "late"],
  s: [itemAction, "start"],
  f: [itemAction, "finish"],
  m: [itemAction, "move"],
  y: [itemAction, "move"],
  p: [itemAction, "pin", "unpin"],
};

/** A key that does nothing says why. */
function alert(why: string, args: Args = {}): void {
  toast(t(`keys-${why}`, args), { tone: "alert" });
}

export function obey(key: string): void {
  const [order, ...actions] = ORDERS[key]!;
  const focused = (document.activeElement as HTMLElement | null)?.dataset["booking"];
  const booking = bookings.value.get(selected.value ?? focused ?? "");
  const may = (live.view.value?.may ?? []) as string[];
  if (!actions.some((each) => may.includes(each))) alert("forbidden");
  else if (!booking) alert("none-chosen");
  else if (!order(booking, actions, key)) alert("not-open", { name: nameOf(booking) });
}

function bookingAction(booking: Booking, actions: string[]): unknown {
  const action = actions.find((each) => (booking.actions as string[]).includes(each));
  return action && doTo(booking, action);
}

function late(booking: Booking): unknown {
  if (!(booking.actions as string[]).includes("late")) return undefined;
  const data = { booking_id: booking.id, minutes: lateBy(booking, 15, hubNow()) };
  return act("visits.report_late", data, { did: "did-late", args: { name: nameOf(booking), minutes: 15 } });
}

/** On the first service of the booking for which the action is open. */
function itemAction(booking: Booking, actions: string[], key: string): unknown {
  const item = (booking.items as Item[]).find((each) => (each.actions as string[]).some((open) => actions.includes(open)));
  if (!item) return undefined;
  const args = { name: nameOf(booking) };
  const data = { item_id: item.id };
  if (key === "m" || key === "y") return (open.value = { what: key === "m" ? "move" : "why_not", booking: booking.id, item: item.id });
  if (key === "f") return act("visits.finish_service", data, { did: "did-finish", args });
  if (key === "p") {
    const did = (item.actions as string[]).includes("unpin") ? "unpin" : "pin";
    return act(`planning.${did}`, data, { did: `did-${did}`, args });
  }
  if (!booking.has_allergy) return act("visits.start_service", data, { did: "did-start", args });
  select(booking.id); // the allergy must be read first, in the details
  return true;
}
