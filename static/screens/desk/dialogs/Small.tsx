import { Dialog, StateBadge } from "@design";
import { pick } from "@client/i18n";
import { act } from "../act";
import { open } from "../desk_state";
import { nameOf } from "../names";
import { sameKind } from "../timeline/blocks";
import type { Axis, Booking, Item, Lane, Phase, View } from "../types";
import { t } from "../words";

const REASONS = ["customer_asked", "ill", "store_asked", "technician_away", "place_closed", "duplicate", "other"] as const;

const TAKEN: ReadonlySet<string> = new Set(["in_service", "about_to_finish", "occupied", "closed"]);

export function shut(): void {
  open.value = undefined;
}

/** Called before the hub is asked; what it answers with shuts the dialog, and tells whether it was there still: a late answer closes
 *  nothing that was opened since. */
export function shutter(): () => boolean {
  const asking = open.peek();
  return () => open.peek() === asking && (shut(), true);
}

export function CancelBooking({ booking }: { booking: Booking }) {
  const cancel = (reason: string) => {
    shut();
    void act("bookings.cancel", { booking_id: booking.id, reason }, { did: "did-cancel", args: { name: nameOf(booking) } });
  };
  return (
    <Dialog open onClose={shut} title={t("cancel-title", { name: nameOf(booking) })}>
      <p class="muted">{t("cancel-why")}</p>
      <ul class="choices">
        {REASONS.map((reason) => (
          <li key={reason}>
            <button type="button" class="choice" onClick={() => cancel(reason)}>
              {t(`cancel-${reason.replaceAll("_", "-")}`)}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Another technician or place at once, everything else as it is. */
export function Change({ booking, item, of, view }: { booking: Booking; item: Item; of: Axis; view: View }) {
  const fit = view.fits.find((each: View["fits"][number]) => each.service_id === item.service_id);
  const running = item.phases.find((phase: Phase) => phase.state === "running");
  const here = running ?? item.phases[0];
  const fitting: Lane[] = of === "technician" ? view.technicians.filter((lane: Lane) => fit?.technician_ids.includes(lane.id)) : sameKind(view, here?.place_id);
  const lanes = fitting.filter((lane) => lane.id !== (of === "technician" ? (here?.technician_id ?? here?.beside) : here?.place_id));
  // What is in hand goes on there at once: who is busy, or a place in use, cannot take it now.
  const taken = (lane: Lane) => running !== undefined && TAKEN.has(lane.state) && (of === "place" || running.technician_id !== null);
  const change = (lane: Lane) => {
    shut();
    const data = of === "technician" ? { item_id: item.id, technician_id: lane.id } : { item_id: item.id, place_id: lane.id };
    void act(`visits.change_${of}`, data, { did: `did-change-${of}`, args: { name: nameOf(booking), to: pick(lane.name) } });
  };
  return (
    <Dialog open onClose={shut} title={t(`change-${of}-title`, { name: nameOf(booking) })}>
      {!lanes.length && <p class="muted">{t(`change-${of}-none`)}</p>}
      <ul class="choices">
        {lanes.map((lane) => (
          <li key={lane.id}>
            <button type="button" class={taken(lane) ? "choice taken" : "choice"} disabled={taken(lane)} onClick={() => change(lane)}>
              <span>{pick(lane.name)}</span>
              <span class="push">
                <StateBadge kind={of} state={lane.state} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
