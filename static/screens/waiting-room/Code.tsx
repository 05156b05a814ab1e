import { t } from "@client/i18n";
import type { ViewOf } from "@client/api";
import { pick } from "@client/language";
import "@design/glaze.css";

type Queued = ViewOf<"waiting-room">["queue"][number];
export type Guest = Pick<Queued, "visit_id" | "color" | "number" | "name">;

/** A customer's code: a glazed tile with the number, and the colour's word, so that nobody needs to tell colours apart. */
export function Code({ guest }: { guest: Guest }) {
  return (
    <span class="code">
      <span class={`tile glaze-${guest.color}`} aria-hidden="true">
        {guest.number}
      </span>
      <span class="code-word">{guest.name ? pick(guest.name) : t(`color-${guest.color}`)}</span>
      <span class="unseen">{guest.number}</span>
    </span>
  );
}
