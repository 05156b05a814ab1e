/** The keyboard of the desk. Single letters act only when nobody is typing and no dialog is open. */
import { persist } from "@client/later";
import { toast } from "@design";
import { undoLast } from "./act";
import { axis, gap, laneMenu, live, lookTo, open, select, setAxis, setDate, setZoom, stepDate, zoom } from "./desk_state";
import { t } from "./words";

const LETTERS: Record<string, () => unknown> = {
  b: () => begin("book", live.view.value?.may_book),
  w: () => begin("walk_in", live.view.value?.may_check_in),
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

/** Keys that act on the chosen booking: `orders.ts`, which comes after the first picture. */
const ORDERS = /^[iclsfmyp]$/;

/** An order waits so long for another key: a scanner types its next character sooner, and its code is no order. */
const SCANNER_MS = 50;
let last = 0;
let pending: ReturnType<typeof setTimeout> | undefined;
let orders: Promise<typeof import("./orders")> | undefined;

export function listenToKeys(): () => void {
  orders ??= persist(() => import("./orders"));
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
    open.value ??= { what: "search" }; // what is half filled in stays
    return;
  }
  if (typing || open.value || event.altKey) return;
  if (control && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    if (!event.repeat) void undoLast();
    return;
  }
  if (control) return;
  if (event.key === "Escape") return escape();
  const key = event.key.toLowerCase();
  const run = LETTERS[key];
  if (event.repeat || !(run ?? ORDERS.test(key))) return;
  event.preventDefault();
  if (run) run();
  else if (!isScanned) pending = setTimeout(() => void orders?.then(({ obey }) => obey(key)), SCANNER_MS);
}

function escape(): void {
  if (gap.value) gap.value = undefined;
  else if (laneMenu.value) laneMenu.value = undefined;
  else select(undefined);
}

function begin(kind: "book" | "walk_in", may: boolean | undefined): void {
  if (may) open.value = { what: "booking", draft: { kind } };
  else if (may === false) toast(t("keys-forbidden"), { tone: "alert" });
}

