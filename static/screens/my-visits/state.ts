import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { handIn } from "@client/door";
import { language } from "@client/i18n";
import { onSignedOut } from "@client/session";

export type View = ViewOf<"my-visits">;
export type VisitLine = View["upcoming"][number];
export type Profile = NonNullable<View["me"]>;
export type Contact = { phone: string } | { email: string };

export interface Asked {
  token: string;
  expires_at: string;
}

export interface CameIn {
  outcome: "entered" | "choose";
  people: { customer_id: string; name: string }[];
}

// Strangers have a page here too: whoever is signed out stays and may come in again.
onSignedOut(() => location.reload());
export const live = openView("my-visits");

export const askCode = (contact: Contact) => handIn<Asked>("/api/my-visits/code", { ...contact, language: language.value });
export const enter = (token: string, code: string) => handIn<CameIn>("/api/my-visits/enter", { token, code });
export const choose = (token: string, customer_id: string) => handIn<CameIn>("/api/my-visits/choose", { token, customer_id });

/** The session is a cookie: what is open has to connect anew to be somebody, or nobody. */
export const connectAnew = () => location.reload();

export async function leave(): Promise<void> {
  await handIn("/api/sign-out", {});
  connectAnew();
}
