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
/** Who: any, woman, man, or a technician's id. */
export const who = signal<string>("any");
export const day = signal<string>();
export const hold = signal<{ booking_id: string; hold_token: string; expires_at: string; slot: Slot }>();

/** Who comes: kept when a hold ends before all is typed. */
export const details = signal({ name: "", phone: "", title: "none" as "ms" | "mr" | "none", note: "" });

export const chosenServices = computed<Service[]>(() => {
  const all = catalog.view.value?.services ?? [];
  return chosen.value.flatMap((id) => all.find((each) => each.id === id) ?? []);
});

export function wish(): { requested: Requested; technician_id: string | null } {
  const value = who.value;
  return value === "any" || value === "woman" || value === "man" ? { requested: value, technician_id: null } : { requested: "must", technician_id: value };
}

let watched: LiveView<SlotsView> | undefined;

/** The free starts for what is chosen now; one subscription that follows the choice. */
export function watchSlots(): LiveView<SlotsView> {
  const params = { services: chosen.value.join(","), ...wish(), days: 14 };
  if (watched) watched.setParams(params);
  else watched = connection.watch<SlotsView>("slots", params);
  return watched;
}

export async function take(slot: Slot): Promise<void> {
  const services = chosen.value.map((service_id) => ({ service_id, ...wish() }));
  const { result } = await send("bookings.hold_slot", { services, start: slot.start, party_id: null });
  hold.value = { ...result, slot };
  step.value = "details";
}

/** Give the slot back at once: somebody else may want it. */
export async function release(): Promise<void> {
  const held = hold.value;
  hold.value = undefined;
  if (!held) return;
  await send("bookings.release_hold", { booking_id: held.booking_id, hold_token: held.hold_token }).catch(() => undefined);
}

export function back(): void {
  if (step.value === "details") void release();
  step.value = step.value === "details" ? "when" : "services";
}
