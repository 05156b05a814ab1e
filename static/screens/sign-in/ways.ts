/** What the hub's addresses of sign-in take and answer. Credentials come as cookies that no script can read. */
import { ask } from "@client/door";

export type Need = "second_factor" | "second_factor_setup" | "new_password";

export interface Entered {
  outcome: "entered" | "step" | "left";
  step: string | null;
  needs: Need | null;
  /** Where a paired device belongs. */
  to: string | null;
  recovery_codes: string[];
}

export interface FactorOffer {
  secret: string;
  address: string;
  matrix: string[];
}

function post<T>(path: string, body: object): Promise<T> {
  return ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export const signIn = (login: string, password: string) => post<Entered>("/api/sign-in", { login, password });
export const pair = (code: string) => post<Entered>("/api/pair", { code });
export const proveFactor = (step: string, code: string) => post<Entered>("/api/sign-in/second-factor", { step, code });
export const offerFactor = (step: string) => post<FactorOffer>("/api/sign-in/second-factor-setup", { step });
export const choosePassword = (step: string, password: string) =>
  post<Entered>("/api/sign-in/new-password", { step, password });

/** A step that a one-time link has begun: `#step=…&needs=…`. */
export function begunStep(hash: string): { step: string; needs: Need } | undefined {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const step = said.get("step");
  const needs = said.get("needs");
  const known = needs === "second_factor" || needs === "second_factor_setup" || needs === "new_password";
  return step && known ? { step, needs } : undefined;
}

/** Devices come to be paired, people to sign in: which of the two the page that sent us here is for. */
export function wishedMode(search: string): "person" | "pair" {
  const said = new URLSearchParams(search);
  if (said.get("mode") === "pair") return "pair";
  return /^\/(kiosk|waiting-room|technician)\b/.test(said.get("next") ?? "") ? "pair" : "person";
}
