import { useState } from "preact/hooks";

const LONGEST_MADE = 20;

/** A short code from a name, which none of `taken` has: "Women's cut" → "WOMENS-CUT", then "WOMENS-CUT-2". */
export function codeFrom(name: string, taken: readonly string[]): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toUpperCase();
  const words = plain.replace(/[^A-Z0-9]+/g, "-").slice(0, LONGEST_MADE).replace(/^-+|-+$/g, "");
  const isFree = (code: string) => code !== "" && !isTaken(code, taken);
  if (isFree(words)) return words;
  for (let number = words ? 2 : 1; ; number += 1) {
    const numbered = words ? `${words}-${number}` : String(number);
    if (isFree(numbered)) return numbered;
  }
}

function isTaken(code: string, taken: readonly string[]): boolean {
  return taken.some((each) => each.toUpperCase() === code.trim().toUpperCase());
}

/**
 * The code of what is edited, and its field. What is new gets one from its English name until somebody types another; a code that
 * something else has is refused here, since whatever is put by it would take that one's place.
 */
export function useCode({ kept, name, taken, clash }: { kept: string | undefined; name: string; taken: readonly string[]; clash: string }) {
  const [typed, setTyped] = useState<string>();
  const made = kept ?? codeFrom(name, taken);
  const code = kept ?? (typed?.trim() || made);
  const ready = kept !== undefined || !isTaken(code, taken);
  const field = { maxLength: 40, disabled: kept !== undefined, placeholder: made, value: kept ?? typed ?? (name.trim() && made), onValue: setTyped };
  return { code, ready, field: ready ? field : { ...field, error: clash } };
}
