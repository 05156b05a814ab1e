/** The keyboard of the desk. Single letters act only when nobody is typing and no dialog is open. */
import { hubNow } from "@client/clock";
import { act, doTo, undoLast } from "./act";
import { axis, bookings, gap, laneMenu, live, lookTo, open, select, selected, setAxis, setDate, setZoom, stepDate, zoom } from "./desk_state";
import { nameOf } from "./names";
import { lateBy } from "./panel/commands";
import type { Booking, Item } from "./types";

const LETTERS: Record<string, () => unknown> = {
  b: () => live.view.value?.may_book && (open.value = { what: "booking", draft: { kind: "book" } }),
  w: () => live.view.value?.may_check_in && (open.value = { what: "booking", draft: { kind: "walk_in" } }),
  "/": () => (open.value = { what: "search" }),
  "?": () => (open.value = { what: "keys" }),
  t: () => setAxis(axis.value === "technician" ? "place" : "technician"),
  n: () => lookTo("now"),
  g: () => setDate(undefined),
  "[": () => stepDate(-1),
  "]": () => stepDate(1),
  "+": () => setZoom(zoom.value + 1),
  "=": () => setZoom(zoom.value + 1),
  "-": () => setZoom(zoom.value - 1),
};

/** What acts on a booking. */
const ORDERS: Record<string, () => unknown> = {
  i: () => bookingAction(["check_in"]),
  c: () => bookingAction(["call", "recall"]),
  l: () => late(),
  s: () => itemAction("start"),
  f: () => itemAction("finish"),
  m: () => itemAction("move"),
  y: () => itemAction("why_not"),
  p: () => itemAction("pin"),
};

/** An order waits so long for another key: a scanner types its next character sooner, and its code is no order. */
const SCANNER_MS = 50;
let last = 0;
let pending: ReturnType<typeof setTimeout> | undefined;

export function listenToKeys(): () => void {
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  const isScanned = event.timeStamp - last < SCANNER_MS;
  last = event.timeStamp;
  clearTimeout(pending);
  const control = event.ctrlKey || event.metaKey;
  const typing = (event.target as HTMLElement).closest?.("input, textarea, select, [contenteditable]");
  if (control && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open.value = { what: "search" };
    return;
  }
  if (typing || open.value || event.altKey) return;
  if (control && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    void undoLast();
    return;
  }
  if (control) return;
  if (event.key === "Escape") return escape();
  const key = event.key.toLowerCase();
  const run = LETTERS[key];
  const order = ORDERS[key];
  if (event.repeat || !(run ?? order)) return;
  event.preventDefault();
  if (run) run();
  else if (order && !isScanned) pending = setTimeout(order, SCANNER_MS);
}

function escape(): void {
  if (gap.value) gap.value = undefined;
  else if (laneMenu.value) laneMenu.value = undefined;
  else select(undefined);
}

function chosen(): Booking | undefined {
  const focused = (document.activeElement as HTMLElement | null)?.dataset["booking"];
  const id = selected.value ?? focused;
  return id ? bookings.value.get(id) : undefined;
}

function bookingAction(wanted: string[]): void {
  const booking = chosen();
  const action = wanted.find((each) => (booking?.actions as string[] | undefined)?.includes(each));
  if (booking && action) void doTo(booking, action);
}

function late(): void {
  const booking = chosen();
  if (!booking || !(booking.actions as string[]).includes("late")) return;
  const data = { booking_id: booking.id, minutes: lateBy(booking, 15, hubNow()) };
  void act("visits.report_late", data, { did: "did-late", args: { name: nameOf(booking), minutes: 15 } });
}

/** On the first service of the chosen booking for which the action is open. */
function itemAction(action: "start" | "finish" | "move" | "why_not" | "pin"): void {
  const booking = chosen();
  if (!booking) return;
  const either: string[] = action === "pin" ? ["pin", "unpin"] : [action === "why_not" ? "move" : action];
  const item = (booking.items as Item[]).find((each) => (each.actions as string[]).some((open) => either.includes(open)));
  if (!item) return;
  const args = { name: nameOf(booking) };
  const data = { item_id: item.id };
  if (action === "move" || action === "why_not") open.value = { what: action, booking: booking.id, item: item.id };
  else if (action === "finish") void act("visits.finish_service", data, { did: "did-finish", args });
  else if (action === "start" && booking.has_allergy) select(booking.id); // the allergy must be read first, in the details
  else if (action === "start") void act("visits.start_service", data, { did: "did-start", args });
  else if ((item.actions as string[]).includes("unpin")) void act("planning.unpin", data, { did: "did-unpin", args });
  else void act("planning.pin", data, { did: "did-pin", args });
}
