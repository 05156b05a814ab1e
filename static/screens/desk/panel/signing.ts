import { open } from "../desk_state";
import type { Booking } from "../types";

/** The first form that is still open; one that was agreed to by holding waits for its button in the list above. */
export function signNext(booking: Booking): void {
  const form = (booking.forms as Booking["forms"]).find((each: Booking["forms"][number]) => each.standing === "missing") ?? booking.forms[0];
  if (!form) return;
  open.value = { what: booking.customer_id ? "sign" : "waive", booking: booking.id, form: form.form };
}
