import { signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { onSignedOut, useVisitLink } from "@client/session";

export type VisitView = ViewOf<"visit">;

/** `/v/{token}`: the signed link is all that a customer's phone needs. */
const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
useVisitLink(token || "none");

/** Book again, as whoever this visit is known to be. */
export function bookAgain(): void {
  location.assign(`/book#${token}`);
}

/** The link opens nothing: it is old, incomplete, or was never ours. */
export const refused = signal(false);
onSignedOut(() => (refused.value = true));

export const justBooked = signal(new URLSearchParams(location.search).has("new"));
export const live = openView("visit");
