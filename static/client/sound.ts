import { signal } from "@preact/signals";
import type { Language } from "./language";

/** unknown: never tried. on: sound comes out. off: the browser wants a tap first. none: there is no sound here. */
export type SoundState = "unknown" | "on" | "off" | "none";

export interface Spoken {
  language: Language;
  text: string;
}

/** One call: a chime, then the words, one language after the other. */
export interface Call {
  key: string;
  words: Spoken[];
  /** Runs as the chime begins, for the flash on the screen. */
  begins?: () => void;
}

/** What makes noise; tests bring their own. */
export interface Voice {
  chime(): Promise<void>;
  speak(words: Spoken): Promise<void>;
  stop(): void;
}

const TAGS: Record<Language, string> = { zh: "zh-CN", en: "en-US" };
const SILENCE_BETWEEN_MS = 350;
/** A speech engine that never reports its end must not silence the next call. */
const LONGEST_SPEECH_MS = (text: string) => 4_000 + text.length * 350;

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Calls wait for each other: two never sound at once, and one that fails does not stop the rest. */
export class CallQueue {
  private readonly queue: Call[] = [];
  private running = false;
  /** The key of the call that sounds now. */
  readonly sounding = signal<string | undefined>(undefined);

  constructor(
    private readonly voice: Voice,
    private readonly gapMs = SILENCE_BETWEEN_MS,
  ) {}

  get length(): number {
    return this.queue.length;
  }

  /** Add a call; the same key that still waits is taken for the same call, with the newer words. */
  add(call: Call): void {
    const known = this.queue.findIndex((each) => each.key === call.key);
    if (known >= 0) this.queue[known] = call;
    else this.queue.push(call);
    void this.run();
  }

  /** The customer is in the room: what waits for them is not said any more. */
  withdraw(key: string): void {
    const index = this.queue.findIndex((each) => each.key === key);
    if (index >= 0) this.queue.splice(index, 1);
  }

  clear(): void {
    this.queue.length = 0;
    this.voice.stop();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let call = this.queue.shift(); call; call = this.queue.shift()) {
      this.sounding.value = call.key;
      await this.sound(call);
      await pause(this.gapMs);
    }
    this.sounding.value = undefined;
    this.running = false;
  }

  private async sound(call: Call): Promise<void> {
    call.begins?.();
    // The chime does not depend on the voice, nor one language on the other.
    for (const part of [() => this.voice.chime(), ...call.words.map((words) => () => this.voice.speak(words))]) {
      await part().catch((error: unknown) => console.warn("a call was not heard", error));
    }
  }
}

/** The browser's own sound: a bell from oscillators and the voices of the device; nothing is fetched. */
export class BrowserVoice implements Voice {
  readonly state = signal<SoundState>("unknown");
  private context: AudioContext | undefined;

  /** Find out whether sound comes out; call at start, and from a tap, which is what browsers wait for. */
  async unlock(): Promise<SoundState> {
    if (typeof AudioContext === "undefined") return (this.state.value = "none");
    if (!this.context) {
      this.context = new AudioContext();
      this.context.onstatechange = () => (this.state.value = this.context?.state === "running" ? "on" : "off");
    }
    // Without a tap this promise may stay open for ever.
    await Promise.race([this.context.resume(), pause(300)]);
    return (this.state.value = this.context.state === "running" ? "on" : "off");
  }

  async chime(): Promise<void> {
    if ((await this.unlock()) !== "on" || !this.context) return;
    const start = this.context.currentTime + 0.02;
    // A falling major third, E5 then C5, as shop bells ring; with the partials of a bell.
    strike(this.context, 659.26, start);
    strike(this.context, 523.25, start + 0.42);
    await pause(1_300);
  }

  /** Whether the device can say this language; without a voice the chime and the picture call alone. */
  canSpeak(language: Language): boolean {
    return voiceFor(language) !== undefined;
  }

  speak({ language, text }: Spoken): Promise<void> {
    const voice = voiceFor(language);
    if (!voice) return Promise.resolve();
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = TAGS[language];
    words.rate = 0.92;
    const said = new Promise<void>((done, fail) => {
      words.onend = () => done();
      words.onerror = (event) => fail(new Error(event.error));
    });
    speechSynthesis.speak(words);
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((done) => {
      giveUp = setTimeout(() => {
        speechSynthesis.cancel();
        done();
      }, LONGEST_SPEECH_MS(text));
    });
    // What has been said to its end must not cut off the call that is spoken later.
    return Promise.race([said, tooLong]).finally(() => clearTimeout(giveUp));
  }

  stop(): void {
    if (typeof speechSynthesis !== "undefined") speechSynthesis.cancel();
  }
}

/** A voice of the device itself: names of customers and their calls never go to a cloud. */
function voiceFor(language: Language): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === "undefined") return undefined;
  const local = speechSynthesis.getVoices().filter((voice) => voice.localService);
  // Android writes zh_CN_#Hans or cmn-Hans-CN; Cantonese is for who has nothing else.
  const tag = ({ lang }: SpeechSynthesisVoice) => lang.replaceAll("_", "-").replace(/^cmn(-Hans)?/i, "zh").toLowerCase();
  const speaking = local.filter((voice) => tag(voice).startsWith(language));
  return speaking.find((voice) => tag(voice).startsWith(TAGS[language].toLowerCase())) ?? speaking[0];
}

const PARTIALS: [ratio: number, loudness: number, seconds: number][] = [
  [1, 0.5, 1.6],
  [2, 0.16, 1.0],
  [3.01, 0.08, 0.6],
  [4.18, 0.04, 0.35],
];

function strike(context: AudioContext, hertz: number, at: number): void {
  for (const [ratio, loudness, seconds] of PARTIALS) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = hertz * ratio;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0005, at + seconds);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds + 0.05);
  }
}
