import { computed, signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { connection } from "@client/connection";
import { send } from "@client/door";
import type { LiveView } from "@client/live";
import { useVisitLink } from "@client/session";

export type BookView = ViewOf<"book">;
export type Service = BookView["services"][number];
export type SlotsView = ViewOf<"slots">;
export type Slot = SlotsView["days"][number]["starts"][number];
type Requested = "any" | "woman" | "man" | "must";

/** `/book#{token}`: who comes from their visit's page is known by its link, so that their tier counts here. */
const link = location.hash.slice(1);
if (link) useVisitLink(link);

export const catalog = connection.watch<BookView>("book");

export const step = signal<"services" | "when" | "details">("services");
/** Ids of the chosen services, in the order in which they were tapped. */
export const chosen = signal<string[]>([]);
/** Who was asked for: any, woman, man, or a technician's id. */
export const asked = signal<string>("any");
export const day = signal<string>();
export const hold = signal<{ booking_id: string; hold_token: string; expires_at: string; slot: Slot }>();

/** Who comes: kept when a hold ends before all is typed. */
export const details = signal({ name: "", phone: "", title: "none" as "ms" | "mr" | "none", note: "" });

export const chosenServices = computed<Service[]>(() => {
  const all = catalog.view.value?.services ?? [];
  return chosen.value.flatMap((id) => all.find((each) => each.id === id) ?? []);
});

/** Technicians who can do all that is chosen. */
export const able = computed(() => {
  const everybody = catalog.view.value?.technicians ?? [];
  return everybody.filter((person) => chosenServices.value.every((each) => each.technician_ids.includes(person.id)));
});

/** Who is wanted for it: whoever was asked for before another service was added may not be able to do that. */
export const who = computed(() => {
  const value = asked.value;
  return ["woman", "man"].includes(value) || able.value.some((person) => person.id === value) ? value : "any";
});

function wish(): { requested: Requested; technician_id: string | null } {
  const value = who.value;
  return value === "any" || value === "woman" || value === "man" ? { requested: value, technician_id: null } : { requested: "must", technician_id: value };
}

/** What is sought now. */
export const wanted = computed(() => ({ services: chosenServices.value.map((each) => each.id), ...wish() }));

let watched: { live: LiveView<SlotsView>; written: string } | undefined;

/** The free starts for what is wanted now; none of what was wanted before, however long the answer takes. */
export function watchSlots(): LiveView<SlotsView> {
  const params = { ...wanted.value, services: wanted.value.services.join(","), days: 14 };
  const written = JSON.stringify(params);
  if (watched?.written !== written) {
    watched?.live.close();
    watched = { live: connection.watch<SlotsView>("slots", params), written };
  }
  return watched.live;
}

/** Counts what makes an answer to an earlier tap come too late. */
let turns = 0;

/** Hold a start. Whoever has gone on to something else before the hub answers does not want it any more. */
export async function take(slot: Slot): Promise<void> {
  const turn = (turns += 1);
  const before = wanted.value;
  const { services, ...whom } = before;
  const items = services.map((service_id) => ({ service_id, ...whom }));
  const { result } = await send("bookings.hold_slot", { services: items, start: slot.start, party_id: null });
  if (turn !== turns || JSON.stringify(wanted.value) !== JSON.stringify(before)) return release(result);
  hold.value = { ...result, slot };
  go("details");
}

/** Give a slot back at once: somebody else may want it. */
async function release({ booking_id, hold_token }: { booking_id: string; hold_token: string }): Promise<void> {
  await send("bookings.release_hold", { booking_id, hold_token }).catch(() => undefined);
}

const STEPS = ["services", "when", "details"] as const;

/** One step on, which the browser's own "back" leads back from. */
export function go(next: "when" | "details"): void {
  history.pushState(next, "");
  step.value = next;
}

export function back(): void {
  history.back();
}

addEventListener("popstate", ({ state }) => {
  const shown = STEPS.indexOf(step.value);
  const to = Math.max(0, STEPS.indexOf(state));
  turns += 1;
  if (to > shown && !(state === "when" && chosenServices.value.length)) return; // what was held there has been given back
  if (hold.value && to < shown) void release(hold.value);
  hold.value = undefined;
  step.value = STEPS[to]!;
});
