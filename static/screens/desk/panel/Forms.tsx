import { Check, PenLine, ShieldQuestion } from "lucide-preact";
import { dayAndTime } from "@client/format";
import { pick } from "@client/i18n";
import { Button, Chip, type Tone } from "@design";
import { act } from "../act";
import { open } from "../desk_state";
import { nameOf } from "../names";
import type { Booking } from "../types";
import { t } from "../words";

type Form = Booking["forms"][number];

const TONES: Record<Form["standing"], Tone> = { missing: "wait", to_confirm: "wait", signed: "ok", waived: "neutral" };

/** What has to be signed for this booking: signed when, or how it can be. */
export function Forms({ booking }: { booking: Booking }) {
  return (
    <section class="panel-forms" aria-label={t("forms")}>
      {(booking.forms as Form[]).map((form) => (
        <article key={form.form} class="panel-form" data-standing={form.standing}>
          <p class="panel-form-name">
            <strong>{pick(form.name)}</strong>
            <Chip tone={TONES[form.standing]}>{standing(form)}</Chip>
          </p>
          {form.actions.length > 0 && (
            <div class="row wrap">
              {form.actions.includes("confirm") && (
                <Button
                  variant="primary"
                  icon={Check}
                  onClick={() => void act("forms.confirm", { signed_form_id: form.signed_form_id }, { did: "did-form-confirm", args: { name: nameOf(booking) } })}
                >
                  {t("form-confirm")}
                </Button>
              )}
              {form.actions.includes("sign") && !(booking.actions as string[]).includes("sign") && (
                <Button icon={PenLine} onClick={() => (open.value = { what: "sign", booking: booking.id, form: form.form })}>
                  {t("form-take")}
                </Button>
              )}
              {form.actions.includes("waive") && (
                <Button variant="ghost" icon={ShieldQuestion} onClick={() => (open.value = { what: "waive", booking: booking.id, form: form.form })}>
                  {t("form-waive")}
                </Button>
              )}
            </div>
          )}
        </article>
      ))}
    </section>
  );
}

function standing(form: Form): string {
  if (form.standing === "waived") return t("form-waived", { why: t(`waive-${form.reason}`) });
  return t(`form-${form.standing.replace("_", "-")}`, { at: form.at ? dayAndTime(form.at) : "" });
}
