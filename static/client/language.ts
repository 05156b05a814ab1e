import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";

export type Language = "en" | "zh";

/** Words that the salon wrote itself, in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

const KEY = "salon-hub.language";

function asLanguage(tag: string | null | undefined): Language | undefined {
  const short = tag?.toLowerCase().split("-")[0];
  return short === "zh" || short === "en" ? short : undefined;
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden; the address and the browser still know a language
  }
}

/** From `?lang=`, else the last choice on this device, else the browser's wishes, else English. */
export function chosenLanguage(search: string, wishes: readonly string[]): Language {
  const asked = asLanguage(new URLSearchParams(search).get("lang")) ?? asLanguage(stored());
  return asked ?? wishes.map(asLanguage).find((wish) => wish !== undefined) ?? "en";
}

const wished = signal<Language>(chosenLanguage(location.search, navigator.languages ?? [navigator.language]));

/** The language whose texts are still on their way. */
export const awaited = signal<Language>();

/** The language that the screen speaks now: the wished one once its texts are there. */
export const language: ReadonlySignal<Language> = computed(() => (wished.value === awaited.value ? other(wished.value) : wished.value));

/** The one that is not `than`. */
export function other(than: Language): Language {
  return than === "zh" ? "en" : "zh";
}

/** Speak another language from now on, or from when its texts are there; `remember: false` for a public device whose next user should not inherit it. */
export function setLanguage(next: Language, { remember = true } = {}): void {
  wished.value = next;
  if (!remember) return;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Forbidden storage costs the memory of the choice, nothing else.
  }
}

/** The tag for Intl: hours run from 0 to 23 in both languages, as salons write them. */
export function localeTag(of: Language = language.value): string {
  return of === "zh" ? "zh-Hans-CN" : "en-GB";
}

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

/** The words of a bilingual value in the language of the screen; the other language where one was left empty. */
export function pick(value: Bilingual): string {
  return value[language.value] || value.en || value.zh;
}
