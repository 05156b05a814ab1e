import { effect, signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { textIn } from "@client/i18n";
import type { Language } from "@client/language";
import { BrowserVoice, CallQueue, type Spoken } from "@client/sound";

type View = ViewOf<"waiting-room">;
type Call = View["calling"][number];

/** A call is said again while the customer has not come: often enough to be heard, seldom enough to be borne. */
const AGAIN_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 1_000;

export function sentence(call: Call, spoken: Language): string {
  const who = call.name
    ? call.name[spoken]
    : textIn(spoken, "call-code", { color: textIn(spoken, `color-${call.color}`), number: String(call.number) });
  return call.place
    ? textIn(spoken, "call-to-place", { who, place: call.place })
    : textIn(spoken, "call-to-desk", { who });
}

/** Says each call as it comes, and again until the customer is at the place. */
export class Caller {
  readonly voice = new BrowserVoice();
  readonly queue = new CallQueue(this.voice);
  /** The visit whose call begins now, for the flash. */
  readonly flashing = signal<string | undefined>(undefined);
  private said = new Map<string, { count: number; at: number }>();
  private open: Call[] = [];
  private languages: Language[] = ["zh", "en"];

  constructor(private readonly steady: () => number = () => performance.now()) {
    setInterval(() => this.look(), LOOK_EVERY_MS);
    effect(() => {
      if (this.queue.sounding.value === undefined) this.flashing.value = undefined;
    });
  }

  show(view: View): void {
    const gone = new Set(this.said.keys());
    for (const call of view.calling) gone.delete(call.visit_id);
    for (const visit of gone) {
      this.said.delete(visit);
      this.queue.withdraw(visit);
    }
    this.open = view.calling;
    this.languages = view.voice;
    this.look();
  }

  private look(): void {
    const now = this.steady();
    for (const call of this.open) {
      const before = this.said.get(call.visit_id);
      const fresh = before === undefined || call.count > before.count;
      if (!fresh && now - before.at < AGAIN_AFTER_MS) continue;
      this.said.set(call.visit_id, { count: call.count, at: now });
      this.say(call);
    }
  }

  private say(call: Call): void {
    const words: Spoken[] = this.languages.map((language) => ({ language, text: sentence(call, language) }));
    this.queue.add({ key: call.visit_id, words, begins: () => (this.flashing.value = call.visit_id) });
  }
}
