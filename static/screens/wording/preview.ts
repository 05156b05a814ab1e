import { FluentBundle, FluentNumber, FluentResource, type FluentValue } from "@fluent/bundle";
import { hasText, textIn, type Language } from "@client/i18n";
import { localeTag } from "@client/language";

/** What stands for a value on this page, where its own name has no sample. */
const LIKE: Record<string, string> = {
  ...Object.fromEntries(["start", "end", "begins", "ends", "until", "opens", "closes", "from", "to", "before", "after", "when", "time", "last"].map((name) => [name, "at"])),
  by: "who",
  names: "who",
  cause: "reason",
  why: "reason",
  kind: "service",
  where: "place",
};
const NUMBERS: Record<string, number> = { count: 3, minutes: 15, seconds: 30, days: 2, hours: 3, weeks: 4, number: 7, odds: 90, tries: 3, rank: 2, age: 30, low: 20, high: 40, seq: 4711, moved: 2 };
const CALLS: Record<string, string> = { TIME: "at", DAY: "day", VISIT: "visit", MONEY: "money", MINUTES: "length" };
const PLURALS = new Set(["zero", "one", "two", "few", "many", "other"]);

function sample(language: Language, name: string): FluentValue {
  if (NUMBERS[name] !== undefined) return new FluentNumber(NUMBERS[name]);
  const id = `wording-sample-${LIKE[name] ?? name}`;
  return hasText(id) ? textIn(language, id) : `‹${name}›`;
}

/** What a text chooses its form by, and a value for each form that a reader may see. */
function choices(text: string): { by: string; values: FluentValue[] } | undefined {
  const by = /\{\s*\$([\w-]+)\s*->/.exec(text)?.[1];
  if (by === undefined) return undefined;
  const keys = [...text.matchAll(/\[\s*([\w.-]+)\s*\]/g)].map(([, key]) => key!);
  const words = keys.filter((key) => !PLURALS.has(key) && Number.isNaN(Number(key)));
  if (words.length) return { by, values: [...new Set(words)] };
  const numbers = keys.map(Number).filter((key) => !Number.isNaN(key));
  return { by, values: [...new Set([...numbers, 1, NUMBERS[by] ?? 3])].map((value) => new FluentNumber(value)) };
}

/** The text with sample values, once for each of its forms; nothing where it cannot be read yet. */
export function previews(language: Language, text: string): string[] {
  const functions = Object.fromEntries(
    Object.entries(CALLS).map(([name, like]) => [name, (): FluentValue => textIn(language, `wording-sample-${like}`)]),
  );
  const bundle = new FluentBundle(localeTag(language), { functions, useIsolating: false });
  const source = text.trim();
  bundle.addResource(new FluentResource(source.includes("\n") ? `x =\n    ${source.replaceAll("\n", "\n    ")}` : `x = ${source}`));
  const pattern = bundle.getMessage("x")?.value;
  if (!pattern) return [];
  const args = Object.fromEntries([...text.matchAll(/\$([\w-]+)/g)].map(([, name]) => [name!, sample(language, name!)]));
  const chosen = choices(text);
  const shown = (chosen?.values ?? [undefined]).map((value) => {
    const faults: Error[] = [];
    const said = bundle.formatPattern(pattern, chosen ? { ...args, [chosen.by]: value as FluentValue } : args, faults);
    return faults.length ? undefined : said;
  });
  return shown.some((each) => each === undefined) ? [] : [...new Set(shown as string[])];
}

export interface Part {
  text: string;
  /** What is filled in there, rather than words. */
  filled: boolean;
}

/** A text without forms as words and what is filled in between. */
export function parts(text: string): Part[] {
  return text
    .split(/(\{[^{}]*\})/)
    .filter(Boolean)
    .map((each) => ({ text: /^\{[^"]*\}$/.test(each) ? each.slice(1, -1).trim() : each, filled: /^\{[^"]*\}$/.test(each) }));
}
