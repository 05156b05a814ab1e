import { pick } from "@client/i18n";
import { useLater } from "@client/later";
import { Dialog, SkeletonLines } from "@design";
import { act } from "../act";
import { nameOf } from "../names";
import type { Booking } from "../types";
import { t } from "../words";
import { shut } from "./Small";

const REASONS = ["paper", "guardian", "adapted", "declined"] as const;

/** The desk turns its screen, or hands over its tablet: the customer reads and signs. */
export function SignDialog({ booking, form }: { booking: Booking; form: string }) {
  const later = useLater(() => import("@design/SigningForm"));
  const found = booking.forms.find((each: Booking["forms"][number]) => each.form === form);
  if (!found) return null;
  return (
    <Dialog open onClose={shut} title={t("sign-title", { form: pick(found.name), name: nameOf(booking) })}>
      {later ? (
        <later.SigningForm
          code={form}
          onSign={(signature) => {
            shut();
            void act("forms.sign", { booking_id: booking.id, ...signature }, { did: "did-sign", args: { name: nameOf(booking) } });
          }}
        />
      ) : (
        <SkeletonLines count={5} />
      )}
    </Dialog>
  );
}

/** Without a signature, for a reason that stays on record. */
export function WaiveDialog({ booking, form }: { booking: Booking; form: string }) {
  const waive = (reason: string) => {
    shut();
    void act("forms.waive", { booking_id: booking.id, form, reason }, { did: "did-waive", args: { name: nameOf(booking) } });
  };
  return (
    <Dialog open onClose={shut} title={t("waive-title", { name: nameOf(booking) })}>
      <p class="muted">{t("waive-why")}</p>
      <ul class="choices">
        {REASONS.map((reason) => (
          <li key={reason}>
            <button type="button" class="choice" onClick={() => waive(reason)}>
              {t(`waive-${reason}`)}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
