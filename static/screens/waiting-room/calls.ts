import { effect, signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { hubClock } from "@client/clock";
import { textIn } from "@client/i18n";
import type { Language } from "@client/language";
import { BrowserVoice, CallQueue, type Spoken } from "@client/sound";

type View = ViewOf<"waiting-room">;
type Call = View["calling"][number];

/** However fast the hub's clock runs (a demo), a call is not said again before a person could have come. */
const LEAST_MS = 15_000;
const LOOK_EVERY_MS = 1_000;

export function sentence(call: Call, spoken: Language): string {
  const who = call.name
    ? call.name[spoken]
    : textIn(spoken, "call-code", { color: textIn(spoken, `color-${call.color}`), number: String(call.number) });
  return call.place
    ? textIn(spoken, "call-to-place", { who, place: call.place })
    : textIn(spoken, "call-to-desk", { who });
}

/** Says each call as it comes or its place changes, and again as often as the store wishes until the customer is at the place. */
export class Caller {
  readonly voice = new BrowserVoice();
  readonly queue = new CallQueue(this.voice);
  /** The visit whose call begins now, for the flash. */
  readonly flashing = signal<string | undefined>(undefined);
  /** The connection is lost: who has come meanwhile is not known, so nothing is said again. */
  cutOff = false;
  private said = new Map<string, { count: number; where: string; at: number; onHub: number }>();
  private open: Call[] = [];
  private languages: Language[] = ["zh", "en"];
  private repeatMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly steady: () => number = () => performance.now(),
    private readonly onHub: () => number = () => hubClock.now(),
  ) {
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
    this.repeatMs = view.repeat_seconds * 1000;
    this.look();
  }

  private look(): void {
    const now = this.steady();
    const onHub = this.onHub();
    for (const call of this.open) {
      const before = this.said.get(call.visit_id);
      const where = call.place ? `${call.place.zh}/${call.place.en}` : "";
      const fresh = before === undefined || call.count > before.count || where !== before.where;
      if (!fresh && (this.cutOff || now - before.at < LEAST_MS || onHub - before.onHub < this.repeatMs)) continue;
      this.said.set(call.visit_id, { count: call.count, where, at: now, onHub });
      this.say(call);
    }
  }

  private say(call: Call): void {
    const words: Spoken[] = this.languages.map((language) => ({ language, text: sentence(call, language) }));
    this.queue.add({ key: call.visit_id, words, begins: () => (this.flashing.value = call.visit_id) });
  }
}
