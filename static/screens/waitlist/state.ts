import { signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { onSignedOut, useVisitLink } from "@client/session";

export type PlaceView = ViewOf<"waiting-place">;
export type Offer = NonNullable<PlaceView["offer"]>;

/** `/w/{token}`: the signed link is all that a customer's phone needs. */
const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
useVisitLink(token || "none");

/** The link opens nothing: it is old, incomplete, or was never ours. */
export const refused = signal(false);
onSignedOut(() => (refused.value = true));

export const live = openView("waiting-place");
