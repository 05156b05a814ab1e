import type { Booking } from "./types";
import { t } from "./words";

/** How the desk calls a customer: the name, else what they came as. */
export function nameOf(booking: { name: string; state?: Booking["state"]; color?: string | null; number?: number | null }): string {
  if (booking.name) return booking.name;
  if (booking.state === "held") return t("held-name");
  return booking.number ? `${t(`color-${booking.color}`)} ${booking.number}` : t("guest");
}

/** 王女士, Ms Clarke: titles stand where each language puts them. */
export function codeOf(booking: { color: string | null; number: number | null }): string {
  return booking.number === null ? "" : `${t(`color-${booking.color}`)} ${booking.number}`;
}
