/** The store's own words: fetched when a view names another version, and kept for a start without the hub. */
import { ask } from "./door";
import { setOwnTexts, type Language } from "./i18n";

const KEY = "salon-hub.texts";
const REST_MS = 3_000;

interface Kept {
  version: string | null;
  files: Partial<Record<Language, string>>;
}

let held: string | null = null;
let wanted: string | null = null;

function show({ version, files }: Kept): void {
  setOwnTexts(files);
  held = version;
}

function keep(kept: Kept): void {
  show(kept);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Forbidden or full storage costs the words of a start without the hub, nothing else.
  }
}

try {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
  if (kept) show(kept);
  wanted = held;
} catch {
  // Whatever lies there instead is written over with the next version.
}

/** Show the words of this version from when they are there; null: the product's. */
export async function followTexts(version: string | null): Promise<void> {
  if (version === wanted) return;
  wanted = version;
  if (!version) return keep({ version, files: {} });
  while (wanted === version && held !== version) {
    try {
      const files = await ask<Kept["files"]>(`/api/texts/${version}`, { cache: "default" });
      if (wanted === version) keep({ version, files });
    } catch (error) {
      // Gone: there is a newer one, which the next view names.
      if ((error as { status?: number }).status === 404) wanted = held;
      else await new Promise((done) => setTimeout(done, REST_MS));
    }
  }
}
