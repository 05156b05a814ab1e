/** What this browser looks at: nothing here is business, all of it may be lost. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { connection, openView } from "@client/connection";
import type { Args } from "@client/i18n";
import type { Axis, Booking, View } from "./types";

export const live = connection.watch<View>("desk", dateParams(dateOfAddress()));
export const offers = openView("desk-offers");

/** The day looked at; undefined: today, also after midnight. */
export const date = signal<string | undefined>(dateOfAddress());
export const axis = signal<Axis>(remembered("axis", ["technician", "place"], "technician"));

/** Pixels per minute. */
export const ZOOMS = [1.4, 2, 2.8, 3.8, 5.2] as const;
export const zoom = signal<number>(Number(remembered("zoom", ["0", "1", "2", "3", "4"], "3")));

/** Idle time of a technician that somebody has tapped on, in ms. */
export interface Gap {
  lane: string;
  start: number;
  end: number;
}
export const gap = signal<Gap | undefined>(undefined);

/** The booking whose details are open. */
export const selected = signal<string | undefined>(undefined);
/** The lane whose menu is open. */
export const laneMenu = signal<{ kind: Axis; id: string } | undefined>(undefined);

export interface BookingDraft {
  kind: "book" | "walk_in" | "rebook";
  /** For `rebook`: whose time is changed. */
  booking?: Booking;
  technician?: string;
  /** Idle time that is to be filled, from this moment on. */
  at?: number;
}

/** A change that is looked at before it is made: what the hub is asked, and what is done without its answer. */
export interface Asking {
  kind: "sick" | "closed" | "late";
  wanted: { kind: "sick" | "closed" | "late"; booking?: string; technician?: string; place?: string; minutes?: number };
  title: string;
  /** The word on the button. */
  go: string;
  command: string;
  data: Record<string, unknown>;
  /** When whoever comes late is here. */
  here?: number;
  /** What is said when a shown way is taken, beside its id. */
  more?: Record<string, unknown>;
  done: { did: string; args?: Args };
}

export type Open =
  | { what: "booking"; draft: BookingDraft }
  | { what: "move"; booking: string; item: string; start?: string; technician?: string; place?: string }
  | { what: "why_not"; booking: string; item: string; start?: string; technician?: string; place?: string }
  | { what: "ways"; asking: Asking }
  | { what: "change"; booking: string; item: string; of: Axis }
  | { what: "add"; booking: string }
  | { what: "cancel"; booking: string }
  | { what: "sign"; booking: string; form: string }
  | { what: "waive"; booking: string; form: string }
  | { what: "talk"; booking: string }
  | { what: "record"; booking: string }
  | { what: "search" }
  | { what: "keys" };

/** The one dialog that is open. */
export const open = signal<Open | undefined>(undefined);

/** Told to the timeline: bring this moment into sight. */
export const lookAt = signal<{ ms: number | "now"; n: number }>({ ms: "now", n: 0 });

export const bookings = computed(() => new Map((live.view.value?.bookings ?? []).map((each) => [each.id, each])));

export function select(booking: string | undefined): void {
  laneMenu.value = undefined;
  gap.value = undefined;
  selected.value = booking;
}

/** Open a booking's details and bring its time into sight. */
export function show(booking: string): void {
  select(booking);
  const found = bookings.value.get(booking);
  const at = found?.items.flatMap((item) => item.phases).find((phase) => phase.start)?.start ?? found?.booked_start;
  if (at) lookTo(Date.parse(at));
}

export function lookTo(ms: number | "now"): void {
  lookAt.value = { ms, n: lookAt.value.n + 1 };
}

export function setDate(next: string | undefined): void {
  const today = live.view.value?.today;
  date.value = next === today ? undefined : next;
  select(undefined);
  const url = new URL(location.href);
  if (date.value) url.searchParams.set("date", date.value);
  else url.searchParams.delete("date");
  history.replaceState(null, "", url);
  live.setParams(dateParams(date.value));
  lookTo("now");
}

/** `days` later than the day looked at; dates only, so that no clock change can matter. */
export function stepDate(days: number): void {
  const from = date.value ?? live.view.value?.today;
  if (!from) return;
  const next = new Date(`${from}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + days);
  setDate(next.toISOString().slice(0, 10));
}

// Tomorrow that was looked at in the evening is today at midnight, and goes on with the days.
effect(() => {
  const today = live.view.value?.today;
  if (today && date.peek() === today) untracked(() => setDate(undefined));
});

export function setAxis(next: Axis): void {
  axis.value = next;
  laneMenu.value = undefined;
  gap.value = undefined;
  remember("axis", next);
}

export function setZoom(next: number): void {
  zoom.value = Math.min(ZOOMS.length - 1, Math.max(0, next));
  remember("zoom", String(zoom.value));
}

function dateOfAddress(): string | undefined {
  const given = new URLSearchParams(location.search).get("date");
  return given && /^\d{4}-\d{2}-\d{2}$/.test(given) ? given : undefined;
}

function dateParams(day: string | undefined): Record<string, unknown> {
  return day ? { date: day } : {};
}

function remembered<V extends string>(name: string, known: readonly V[], otherwise: V): V {
  const kept = localStorage.getItem(`salon-hub.desk.${name}`) as V | null;
  return kept && known.includes(kept) ? kept : otherwise;
}

function remember(name: string, value: string): void {
  localStorage.setItem(`salon-hub.desk.${name}`, value);
}
