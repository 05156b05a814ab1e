import { day, time } from "@client/format";
import { hasText, pick, say, t, type Bilingual } from "@client/i18n";
import type { Line } from "./state";

export function whoOf(line: Line): string {
  return line.who_name || t(`audit-who-${line.who}`);
}

export function kindName(kind: string): string {
  return hasText(`audit-kind-${kind}`) ? t(`audit-kind-${kind}`) : t("audit-kind-other", { kind });
}

export function sentenceOf(line: Line): string {
  return say(line.said);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** A field as people read it: names for ids, the store's own time for moments. */
export function valueOf(value: string | number | Bilingual | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return pick(value);
  if (typeof value === "string" && MOMENT.test(value)) return `${day(value)} ${time(value)}`;
  return String(value);
}
