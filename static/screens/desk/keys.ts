/** The keyboard of the desk. Single letters act only when nobody is typing and no dialog is open. */
import { hubNow } from "@client/clock";
import { toast } from "@design";
import { act, doTo, undoLast } from "./act";
import { axis, bookings, gap, laneMenu, live, lookTo, open, select, selected, setAxis, setDate, setZoom, stepDate, zoom } from "./desk_state";
import { nameOf } from "./names";
import { lateBy } from "./panel/commands";
import type { Booking, Item } from "./types";
import { t } from "./words";

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

/** What acts on the chosen booking; nothing comes of it where the act is not open there. */
const ORDERS: Record<string, (booking: Booking) => unknown> = {
  i: (booking) => bookingAction(booking, "check_in"),
  c: (booking) => bookingAction(booking, "call", "recall"),
  l: late,
  s: (booking) => itemAction(booking, "start"),
  f: (booking) => itemAction(booking, "finish"),
  m: (booking) => itemAction(booking, "move"),
  y: (booking) => itemAction(booking, "why_not"),
  p: (booking) => itemAction(booking, "pin"),
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
  else if (order && !isScanned) pending = setTimeout(obey, SCANNER_MS, order);
}

function escape(): void {
  if (gap.value) gap.value = undefined;
  else if (laneMenu.value) laneMenu.value = undefined;
  else select(undefined);
}

/** A key that does nothing says why. */
function obey(order: (booking: Booking) => unknown): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset["booking"];
  const booking = bookings.value.get(selected.value ?? focused ?? "");
  if (!booking) toast(t("keys-none-chosen"), { tone: "alert" });
  else if (!order(booking)) toast(t("keys-not-open", { name: nameOf(booking) }), { tone: "alert" });
}

function bookingAction(booking: Booking, ...wanted: string[]): unknown {
  const action = wanted.find((each) => (booking.actions as string[]).includes(each));
  return action && doTo(booking, action);
}

function late(booking: Booking): unknown {
  if (!(booking.actions as string[]).includes("late")) return undefined;
  const data = { booking_id: booking.id, minutes: lateBy(booking, 15, hubNow()) };
  return act("visits.report_late", data, { did: "did-late", args: { name: nameOf(booking), minutes: 15 } });
}

/** On the first service of the booking for which the action is open. */
function itemAction(booking: Booking, action: "start" | "finish" | "move" | "why_not" | "pin"): unknown {
  const either: string[] = action === "pin" ? ["pin", "unpin"] : [action === "why_not" ? "move" : action];
  const item = (booking.items as Item[]).find((each) => (each.actions as string[]).some((open) => either.includes(open)));
  if (!item) return undefined;
  const args = { name: nameOf(booking) };
  const data = { item_id: item.id };
  if (action === "move" || action === "why_not") return (open.value = { what: action, booking: booking.id, item: item.id });
  if (action === "finish") return act("visits.finish_service", data, { did: "did-finish", args });
  if (action === "pin") {
    const did = (item.actions as string[]).includes("unpin") ? "unpin" : "pin";
    return act(`planning.${did}`, data, { did: `did-${did}`, args });
  }
  if (!booking.has_allergy) return act("visits.start_service", data, { did: "did-start", args });
  select(booking.id); // the allergy must be read first, in the details
  return true;
}
