import { effect, signal } from "@preact/signals";
import type { CommandData, ViewOf } from "@client/api";
import { connection, openView } from "@client/connection";
import { send } from "@client/door";
import { language, setLanguage, type Language } from "@client/i18n";
import { toast } from "@design";

export type KioskView = ViewOf<"kiosk">;
export type Step = KioskView["step"];
export type Input = CommandData<"kiosk.answer">["input"];
export type Service = KioskView["services"][number];
export type Wait = KioskView["waits"][number];
export type Greeting = KioskView["people"][number];

export const live = openView("kiosk");
/** The token of the step that has been answered; buttons wait until another one is shown. */
export const answered = signal<string>();

const GIVE_UP_MS = 4_000; // an answer that leads nowhere, or whose view is late, must not lock the screen

/** Tell the hub what was tapped; what follows comes as the next view. */
export async function answer(input: Input): Promise<void> {
  const view = live.view.value;
  if (!view || answered.value === view.step_token) return;
  const token = view.step_token;
  if (input.kind !== "stay") answered.value = token;
  setTimeout(() => {
    if (answered.value === token) answered.value = undefined;
  }, GIVE_UP_MS);
  try {
    await send("kiosk.answer", { step_token: token, input });
  } catch (error) {
    if (answered.value === token) answered.value = undefined;
    if (input.kind !== "stay") toast((error as Error).message, { tone: "alert" });
  }
}

let before: Step | undefined;
const KEPT = "salon-hub.kiosk-language";

/** The next customer finds the store's own language, and a new build waits until nobody stands here. */
effect(() => {
  const view = live.view.value;
  if (!view) return;
  connection.busy.value = view.step !== "welcome";
  const fresh = view.step === "welcome" && before !== "welcome";
  const chosen = before === undefined && new URLSearchParams(location.search).has("lang");
  const kept = before === undefined && view.step !== "welcome" && sessionStorage.getItem(KEPT);
  before = view.step;
  if (kept) setLanguage(kept as Language, { remember: false });
  else if (fresh && !chosen) setLanguage(view.language, { remember: false });
});

/** A page that is loaded anew in the middle goes on in the language that was chosen. */
effect(() => {
  const spoken = language.value;
  if (before !== undefined) sessionStorage.setItem(KEPT, spoken);
});

/** Hear of every tap and key, whatever it is for. Returns how to stop. */
export function onTouch(heard: () => void): () => void {
  addEventListener("pointerdown", heard, true);
  addEventListener("keydown", heard, true);
  return () => {
    removeEventListener("pointerdown", heard, true);
    removeEventListener("keydown", heard, true);
  };
}

/** Who chose a language and went away without beginning anything has left nothing that could be wiped. Returns how to stop. */
export function forgetLanguage(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    const view = live.view.peek();
    if (view?.step === "welcome") setLanguage(view.language, { remember: false });
  };
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(forget, (live.view.peek()?.idle_seconds ?? 0) * 1000);
  };
  const deaf = onTouch(touch);
  return () => {
    clearTimeout(timer);
    deaf();
  };
}
