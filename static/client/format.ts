import { signal } from "@preact/signals";
import { language, localeTag } from "./language";

export interface StoreSettings {
  /** IANA zone of the shop: all its times are shown in it, wherever the browser is. */
  zone: string;
  /** ISO 4217. */
  currency: string;
  /** "06:00": until then the wall's clock still shows the evening before; from midnight on where nothing is said. */
  day_begins?: string;
}

/** Set from every view's `store`. */
export const storeSettings = signal<StoreSettings>({ zone: "Asia/Shanghai", currency: "CNY" });

/** A moment: an ISO string with its offset, or milliseconds since 1970. */
export type Moment = string | number;

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const full = { ...options, timeZone: storeSettings.value.zone };
  const key = `${language.value}|${JSON.stringify(full)}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat(localeTag(), full);
  made.set(key, known);
  return known as Intl.DateTimeFormat;
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language.value}|n|${JSON.stringify(options)}`;
  const known = made.get(key) ?? new Intl.NumberFormat(localeTag(), options);
  made.set(key, known);
  return known as Intl.NumberFormat;
}

function milliseconds(moment: Moment): number {
  return typeof moment === "number" ? moment : Date.parse(moment);
}

/** "14:05", in the store's zone. */
export function time(moment: Moment): string {
  return dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(milliseconds(moment));
}

/** "14:05:09", in the store's zone. */
export function timeWithSeconds(moment: Moment): string {
  return dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(milliseconds(moment));
}

/** "Wed, 3 Jun" or "6月3日周三". */
export function day(moment: Moment): string {
  return dates({ weekday: "short", day: "numeric", month: "short" }).format(milliseconds(moment));
}

/** A moment of a date of the store's calendar, to be put into words: noon at Greenwich is the same date from UTC−11 to UTC+11. */
export function noon(date: string): string {
  return `${date}T12:00:00Z`;
}

const MONDAY = Date.UTC(2024, 0, 1, 12); // any Monday names the weekdays
const DAY_MS = 86_400_000;

/** "Mon" or "周一"; 0 is Monday. */
export function weekdayName(weekday: number, form: "short" | "long" = "short"): string {
  return new Intl.DateTimeFormat(localeTag(), { weekday: form, timeZone: "UTC" }).format(MONDAY + weekday * DAY_MS);
}

/** "Cut, Colour" or "剪发、染发". */
export function listed(parts: readonly string[]): string {
  return parts.join(language.value === "zh" ? "、" : ", ");
}

/** "3 June 2026" or "2026年6月3日". */
export function fullDate(moment: Moment): string {
  return dates({ day: "numeric", month: "long", year: "numeric" }).format(milliseconds(moment));
}

/** "Wed, 3 Jun 14:05". */
export function dayAndTime(moment: Moment): string {
  return `${day(moment)} ${time(moment)}`;
}

/** Whether the clock shows the small hours that belong to the business day of the date before. */
export function isLate(moment: Moment): boolean {
  return isLateWall(time(moment));
}

/** The same of what the clock shows: "00:30". */
export function isLateWall(wall: string): boolean {
  return wall < (storeSettings.value.day_begins ?? "");
}

/** "2026-06-03": the business day of a moment, as the hub counts it. */
export function businessDate(moment: Moment): string {
  return isLate(moment) ? dateBefore(isoDate(moment)) : isoDate(moment);
}

function dateBefore(date: string): string {
  return new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);
}

/** The business day of a visit in words: "Wed, 3 Jun" also for half past midnight on the 4th. */
export function visitDay(moment: Moment): string {
  return day(noon(businessDate(moment)));
}

/** A time beside the name of its business day: "14:05", and "00:30 next day" or "次日00:30". */
export function visitTime(moment: Moment): string {
  const mark = nextDay(moment);
  if (!mark) return time(moment);
  return language.value === "zh" ? `${mark}${time(moment)}` : `${time(moment)} ${mark}`;
}

/** What stands beside such a time where it is past midnight; empty where it is not. */
export function nextDay(moment: Moment): string {
  return !isLate(moment) ? "" : language.value === "zh" ? "次日" : "next day";
}

/** "Wed, 3 Jun 14:05"; "Wed, 3 Jun 00:30 next day". */
export function visitDayAndTime(moment: Moment): string {
  return `${visitDay(moment)} ${visitTime(moment)}`;
}

/** "14:05–14:20": a promised window. */
export function timeRange(from: Moment, to: Moment): string {
  return `${time(from)}–${time(to)}`;
}

/** "2026-06-03" in the store's zone, as date inputs and commands write it. */
export function isoDate(moment: Moment): string {
  const parts = dates({ year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(milliseconds(moment));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Money from integer minor units: `money(12800, "CNY")` is "¥128.00". */
export function money(minorUnits: number, currency: string = storeSettings.value.currency): string {
  const format = numbers({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return format.format(minorUnits / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function digits(currency: string): number {
  return numbers({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount as it is typed: 12800 of the yuan's cents is "128.00". */
export function fromMinor(minorUnits: number, currency: string = storeSettings.value.currency): string {
  return (minorUnits / 10 ** digits(currency)).toFixed(digits(currency));
}

/** What was typed, in minor units; undefined for what is no amount, or finer than the currency. */
export function toMinor(typed: string, currency: string = storeSettings.value.currency): number | undefined {
  const text = typed.trim().replace(",", ".") || "0";
  if (!/^\d{1,9}(\.\d*)?$/.test(text)) return undefined;
  const minor = Number(text) * 10 ** digits(currency);
  return Math.abs(minor - Math.round(minor)) < 1e-6 ? Math.round(minor) : undefined;
}

export function number(value: number): string {
  return numbers({}).format(value);
}

/** A share between 0 and 1: "86%". */
export function percent(share: number): string {
  return numbers({ style: "percent" }).format(share);
}

/** "1 h 20 min", "25 min"; "1 小时 20 分钟". Rounds to whole minutes; a number and its unit stay on one line. */
export function minutes(total: number): string {
  const whole = Math.round(Math.abs(total));
  const sign = total < 0 && whole > 0 ? "−" : "";
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  const chinese = language.value === "zh";
  const parts = [];
  if (hours) parts.push(`${hours}\u00a0${chinese ? "小时" : "h"}`);
  if (rest || !hours) parts.push(`${rest}\u00a0${chinese ? "分钟" : "min"}`);
  return sign + parts.join(" ");
}

/** "04:05" or "1:04:05", counting seconds; a minus before what is over. */
export function countdown(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const body = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return (seconds < 0 && whole > 0 ? "−" : "") + (hours ? `${hours}:${body}` : body);
}
