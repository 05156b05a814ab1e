import { FluentBundle, FluentResource, FluentDateTime, FluentNumber, type FluentValue } from "@fluent/bundle";
import { signal } from "@preact/signals";
import * as format from "./format";
import { language, localeTag, pick, type Bilingual, type Language } from "./language";

export { language, pick, setLanguage, type Bilingual, type Language } from "./language";

/** Something that the hub says as data: a text's id and what is filled in. */
export interface Coded {
  code: string;
  params?: Record<string, unknown>;
}

/** What a page fills into its texts. Not `unknown`: a page's own global `name` would pass for a value. */
export type Args = Record<string, string | number | boolean | Bilingual | null | undefined>;

function raw(value: FluentValue | undefined): string {
  if (value instanceof FluentDateTime || value instanceof FluentNumber) return String(value.valueOf());
  return value === undefined ? "" : String(value);
}

function moment(value: FluentValue | undefined): format.Moment {
  return value instanceof FluentNumber ? value.value : raw(value);
}

function word(make: (value: FluentValue | undefined) => string) {
  return ([value]: (FluentValue | undefined)[]): FluentValue => make(value);
}

/** What a text may call: `{ TIME($at) }`, `{ DAY($at) }`, `{ VISIT($at) }` for both of a visit, `{ MONEY($amount) }`, `{ MINUTES($left) }`. */
const functions = {
  TIME: word((value) => format.time(moment(value))),
  DAY: word((value) => format.day(moment(value))),
  VISIT: word((value) => format.visitDayAndTime(moment(value))),
  MONEY: ([amount, currency]: (FluentValue | undefined)[]): FluentValue =>
    format.money(Number(raw(amount)), currency === undefined ? undefined : raw(currency)),
  MINUTES: word((value) => format.minutes(Number(raw(value)))),
};

const bundles: Record<Language, FluentBundle> = {
  en: new FluentBundle(localeTag("en"), { functions, useIsolating: false }),
  zh: new FluentBundle(localeTag("zh"), { functions, useIsolating: false }),
};

/** What the store says in its own words; a text that is not here is the product's. */
const own: Partial<typeof bundles> = {};

const loaded = signal(0);

/** Load texts given as {path: content}; the folder before the file's name is the language.
 *
 * `addTexts(import.meta.glob("@locales/*\/desk.ftl", { query: "?raw", import: "default", eager: true }))`
 */
export function addTexts(files: Record<string, unknown>): void {
  for (const [path, content] of Object.entries(files)) {
    const folder = path.split("/").at(-2);
    if (folder !== "en" && folder !== "zh") throw new Error(`no language in the path ${path}`);
    const faults = bundles[folder].addResource(new FluentResource(String(content)));
    if (faults.length) throw new Error(`${path}: ${faults.map(String).join("; ")}`);
  }
  loaded.value += 1;
}

addTexts(import.meta.glob("@locales/*/shell.ftl", { query: "?raw", import: "default", eager: true }));

/** Take the store's own words, as Fluent files by language, in place of all that it had. */
export function setOwnTexts(files: Partial<Record<Language, string>>): void {
  for (const each of ["en", "zh"] as const) {
    own[each] = new FluentBundle(localeTag(each), { functions, useIsolating: false });
    own[each].addResource(new FluentResource(files[each] ?? ""));
  }
  loaded.value += 1;
}

function isBilingual(value: unknown): value is Bilingual {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

function asFluent(args: Record<string, unknown>, spoken?: Language): Record<string, FluentValue> {
  const entries = Object.entries(args).map(([name, value]): [string, FluentValue] => {
    if (isBilingual(value)) return [name, spoken ? value[spoken] : pick(value)];
    if (typeof value === "number") return [name, new FluentNumber(value)];
    return [name, value === null || value === undefined ? "" : String(value)];
  });
  return Object.fromEntries(entries);
}

export function hasText(id: string): boolean {
  void loaded.value;
  return [own, bundles].some((each) => each[language.value]?.hasMessage(id));
}

/** The text `id` in the language of the screen; redraws a component that calls it when the language changes. */
export function t(id: string, args: Args = {}): string {
  return filled(id, args);
}

function filled(id: string, args: Record<string, unknown>): string {
  void loaded.value;
  return spelled(language.value, id, asFluent(args)) ?? id;
}

/** The store's own text, else the product's; own words that cannot be filled in are left out. */
function spelled(spoken: Language, id: string, args: Record<string, FluentValue>): string | undefined {
  for (const bundle of [own[spoken], bundles[spoken]]) {
    const value = bundle?.getMessage(id)?.value;
    if (!value) continue;
    const faults: Error[] = [];
    const text = bundle.formatPattern(value, args, faults);
    if (faults.length) console.warn(`text ${id}: ${faults.map(String).join("; ")}`);
    if (!faults.length || bundle !== own[spoken]) return text;
  }
  console.warn(`no text ${id} in ${spoken}`);
  return undefined;
}

/** The text `id` in one certain language, for what is spoken in both. */
export function textIn(spoken: Language, id: string, args: Args = {}): string {
  return spelled(spoken, id, asFluent(args, spoken)) ?? id;
}

/** The sentence of something that the hub says as data: its code is the text's id. An old page that does not know the
 *  text yet says so. */
export function say({ code, params = {} }: Coded): string {
  return hasText(code) ? filled(code, params) : t("said-unknown", { code });
}

/** The sentence for a refusal: the page's own text, else the hub's, else one that names the code. */
export function sayError({ code, params = {}, detail }: Coded & { detail?: string }): string {
  const id = `error-${code.replaceAll("_", "-")}`;
  if (hasText(id)) return filled(id, { code, ...params });
  return detail || t("error-unknown", { code });
}
