import { MonitorCheck, ScanLine, Tablet, Tv, type LucideIcon } from "lucide-preact";
import { CircleDashed, CircleDot, CircleSlash, CloudOff, Hourglass } from "lucide-preact";
import type { ViewOf } from "@client/api";
import { t } from "@client/i18n";
import type { Tone } from "@design";

export type Device = ViewOf<"devices">["devices"][number];

export const KINDS: Record<string, LucideIcon> = {
  kiosk: ScanLine,
  waiting_room: Tv,
  technician_tablet: Tablet,
  desk: MonitorCheck,
};

export const STATES: Record<string, [LucideIcon, Tone]> = {
  online: [CircleDot, "ok"],
  silent: [CloudOff, "alert"],
  pairing: [Hourglass, "wait"],
  expired: [CircleDashed, "neutral"],
  revoked: [CircleSlash, "neutral"],
};

/** What a device is called: its own name, else its kind. */
export function nameOf(device: { name: string; kind: string }): string {
  return device.name || t(`devices-kind-${device.kind}`);
}

/** Age in words, from seconds. */
export function ageOf(seconds: number): string {
  if (seconds < 100) return t("age-seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 6_000) return t("age-minutes", { count: Math.round(seconds / 60) });
  return t("age-hours", { count: Math.round(seconds / 3600) });
}
