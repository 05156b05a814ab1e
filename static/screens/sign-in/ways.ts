/** What the hub's addresses of sign-in take and answer. Credentials come as cookies that no script can read. */
import { handIn } from "@client/door";
import { createPasskey, getPasskey } from "@client/passkeys";

export type Need = "second_factor" | "second_factor_setup" | "new_password";
export type Way = "code" | "passkey";

export interface Entered {
  outcome: "entered" | "step" | "left";
  step: string | null;
  needs: Need | null;
  /** With what the second factor can be shown; a recovery code always can. */
  ways: Way[];
  /** Where a paired device belongs. */
  to: string | null;
  recovery_codes: string[];
}

export interface FactorOffer {
  secret: string;
  address: string;
  matrix: string[];
}

interface Offer {
  options: Record<string, unknown>;
}

export const signIn = (login: string, password: string) => handIn<Entered>("/api/sign-in", { login, password });
export const pair = (code: string) => handIn<Entered>("/api/pair", { code });
export const openLink = (token: string) => handIn<Entered>("/api/open-link", { token });
export const proveFactor = (step: string, code: string) => handIn<Entered>("/api/sign-in/second-factor", { step, code });
export const offerFactor = (step: string) => handIn<FactorOffer>("/api/sign-in/second-factor-setup", { step });
export const choosePassword = (step: string, password: string) =>
  handIn<Entered>("/api/sign-in/new-password", { step, password });
export const forgotten = (login: string) => handIn<object>("/api/sign-in/forgotten", { login });

/** Come in with a passkey: alone, or as the second factor of `step`. */
export async function usePasskey(step: string | null = null): Promise<Entered> {
  const { options } = await handIn<Offer>("/api/sign-in/passkey", { step });
  return handIn<Entered>("/api/sign-in/passkey/finish", { step, credential: await getPasskey(options) });
}

/** The first passkey, where a second factor is obligatory. */
export async function setUpPasskey(step: string, name: string): Promise<Entered> {
  const { options } = await handIn<Offer>("/api/sign-in/passkey-setup", { step });
  return handIn<Entered>("/api/sign-in/passkey-setup/finish", { step, name, credential: await createPasskey(options) });
}

/** A step that a one-time link has begun: `#step=…&needs=…&ways=…`. */
export function begunStep(hash: string): { step: string; needs: Need; ways: Way[] } | undefined {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const step = said.get("step");
  const needs = said.get("needs");
  const known = needs === "second_factor" || needs === "second_factor_setup" || needs === "new_password";
  const ways = (said.get("ways") ?? "").split(",").filter((each): each is Way => each === "code" || each === "passkey");
  return step && known ? { step, needs, ways } : undefined;
}

/** A one-time link that would sign in somebody else than who is here: `#link=…`. */
export function askedLink(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("link") ?? undefined;
}

/** How much of what was done on this device still waits to be sent, as the page said that sent us here. */
export function keptHere(search: string): number {
  const said = new URLSearchParams(search).get("kept") ?? "";
  return /^[1-9]\d{0,3}$/.test(said) ? Number(said) : 0;
}

/** Devices come to be paired, people to sign in: which of the two the page that sent us here is for. */
export function wishedMode(search: string): "person" | "pair" {
  const said = new URLSearchParams(search);
  if (said.get("mode") === "pair") return "pair";
  return /^\/(kiosk|waiting-room|technician)\b/.test(said.get("next") ?? "") ? "pair" : "person";
}

/** What a device is called until its owner calls it otherwise: "iPhone", "Windows". */
export function deviceName(agent: string = navigator.userAgent): string {
  const known = /iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux/.exec(agent)?.[0] ?? "";
  return { Macintosh: "Mac", CrOS: "Chromebook" }[known] ?? known;
}
