import { effect, signal } from "@preact/signals";
import { connection } from "@client/connection";
import type { Language } from "@client/i18n";
import type { TextLine } from "./Wording";

/** A field that is open, and what stands in it. */
interface Draft {
  line: TextLine;
  language: Language;
  /** What stood there at first. */
  before: string;
  text: string;
}

/** The open fields. They outlive the list that they were opened in, which every search changes. */
export const drafts = signal<readonly Draft[]>([]);

// Somebody is in the middle of something: a new build waits until the last field is closed.
effect(() => {
  connection.busy.value = drafts.value.length > 0;
});

function standing(line: TextLine, language: Language): string {
  return line[language].own ?? line[language].product ?? "";
}

export function draftOf(id: string, language: Language): Draft | undefined {
  return drafts.value.find((draft) => draft.line.id === id && draft.language === language);
}

export function begin(line: TextLine, language: Language): void {
  const before = standing(line, language);
  drafts.value = [...drafts.value, { line, language, before, text: before }];
}

export function write(id: string, language: Language, text: string): void {
  drafts.value = drafts.value.map((draft) => (draft.line.id === id && draft.language === language ? { ...draft, text } : draft));
}

export function end(id: string, language: Language): void {
  drafts.value = drafts.value.filter((draft) => draft.line.id !== id || draft.language !== language);
}

/** The texts that something was typed for and that are not among `listed`; fields without a change are closed there. */
export function leftBehind(listed: readonly TextLine[]): TextLine[] {
  const shown = new Set(listed.map((line) => line.id));
  const away = drafts.value.filter((draft) => !shown.has(draft.line.id) && draft.text !== draft.before);
  return [...new Map(away.map(({ line }) => [line.id, line])).values()];
}

/** Take what the hub says of the texts now, also into the fields where nothing was typed, and close what was opened, left as it was and is no longer listed. */
export function follow(listed: readonly TextLine[]): void {
  const now = new Map(listed.map((line) => [line.id, line]));
  drafts.value = drafts.value
    .filter((draft) => now.has(draft.line.id) || draft.text !== draft.before)
    .map((draft) => {
      const line = now.get(draft.line.id) ?? draft.line;
      const text = standing(line, draft.language);
      return draft.text === draft.before ? { ...draft, line, before: text, text } : { ...draft, line };
    });
}
