import { describe, expect, it, vi } from "vitest";
import { BrowserVoice, CallQueue, type Spoken, type Voice } from "@client/sound";

class Recorder implements Voice {
  readonly heard: string[] = [];
  sounding = 0;
  overlapped = false;
  stopped = false;

  private async sound(what: string): Promise<void> {
    this.sounding += 1;
    this.overlapped ||= this.sounding > 1;
    this.heard.push(what);
    await new Promise((done) => setTimeout(done, 5));
    this.sounding -= 1;
  }

  chime(): Promise<void> {
    return this.sound("chime");
  }

  speak({ language, text }: Spoken): Promise<void> {
    if (text === "broken") return Promise.reject(new Error("no voice"));
    return this.sound(`${language}:${text}`);
  }

  stop(): void {
    this.stopped = true;
  }
}

function call(key: string, ...texts: string[]) {
  return { key, words: texts.map((text): Spoken => ({ language: "en", text })) };
}

async function quiet(queue: CallQueue): Promise<void> {
  await vi.waitFor(() => expect(queue.sounding.value).toBeUndefined(), { timeout: 20_000 });
}

describe("the queue of calls", () => {
  it("sounds one call after the other, the chime first, and never two at once", async () => {
    const voice = new Recorder();
    const queue = new CallQueue(voice, 1);
    queue.add(call("a", "one"));
    queue.add(call("b", "two", "zwei"));
    queue.add(call("c", "three"));
    await quiet(queue);
    expect(voice.heard).toEqual(["chime", "en:one", "chime", "en:two", "en:zwei", "chime", "en:three"]);
    expect(voice.overlapped).toBe(false);
  });

  it("a voice that fails stops neither the chime nor the next call", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const voice = new Recorder();
    const queue = new CallQueue(voice, 1);
    queue.add(call("a", "broken"));
    queue.add(call("b", "two"));
    await quiet(queue);
    expect(voice.heard).toEqual(["chime", "chime", "en:two"]);
  });

  it("a repeated call that still waits is said once, with the newer words", async () => {
    const voice = new Recorder();
    const queue = new CallQueue(voice, 1);
    queue.add(call("a", "one"));
    queue.add(call("b", "room 2"));
    queue.add(call("b", "room 3"));
    await quiet(queue);
    expect(voice.heard).toEqual(["chime", "en:one", "chime", "en:room 3"]);
  });

  it("a customer who is in the room is not called any more", async () => {
    const voice = new Recorder();
    const queue = new CallQueue(voice, 1);
    queue.add(call("a", "one"));
    queue.add(call("b", "two"));
    queue.withdraw("b");
    await quiet(queue);
    expect(voice.heard).toEqual(["chime", "en:one"]);
    queue.clear();
    expect(voice.stopped).toBe(true);
  });

  it("tells the screen when to flash", async () => {
    const begins = vi.fn();
    const queue = new CallQueue(new Recorder(), 1);
    queue.add({ ...call("a", "one"), begins });
    expect(queue.sounding.value).toBe("a");
    await quiet(queue);
    expect(begins).toHaveBeenCalledOnce();
  });
});

describe("the browser's voice", () => {
  it.each(["zh-CN", "zh_CN_#Hans", "cmn-CN", "cmn-Hans-CN"])("takes %s for Mandarin before Cantonese", async (lang) => {
    const spoken: { voice: unknown }[] = [];
    vi.stubGlobal("SpeechSynthesisUtterance", class { voice = null; onend = () => {}; });
    vi.stubGlobal("speechSynthesis", {
      getVoices: () => ["zh-HK", lang].map((each) => ({ localService: true, lang: each })),
      speak: (words: { voice: unknown; onend: () => void }) => {
        spoken.push(words);
        words.onend();
      },
    });
    await new BrowserVoice().speak({ language: "zh", text: "青瓷 7" });
    expect(spoken).toMatchObject([{ voice: { lang } }]);
    vi.unstubAllGlobals();
  });

  it("says that there is no sound where there is none", async () => {
    vi.stubGlobal("AudioContext", undefined);
    const voice = new BrowserVoice();
    expect(await voice.unlock()).toBe("none");
    await voice.chime();
    expect(voice.canSpeak("zh")).toBe(false);
    vi.unstubAllGlobals();
  });

  it("is off until a tap, then on", async () => {
    let state = "suspended";
    class Context {
      onstatechange = null;
      get state() {
        return state;
      }
      resume() {
        return new Promise(() => {});
      }
    }
    vi.stubGlobal("AudioContext", Context);
    const voice = new BrowserVoice();
    expect(await voice.unlock()).toBe("off");
    state = "running";
    expect(await voice.unlock()).toBe("on");
    vi.unstubAllGlobals();
  });

  it("speaks with the device's own voices only", () => {
    const cloud = { lang: "zh-CN", localService: false };
    const own = { lang: "en-GB", localService: true };
    vi.stubGlobal("speechSynthesis", { getVoices: () => [cloud, own] });
    const voice = new BrowserVoice();
    expect(voice.canSpeak("zh")).toBe(false);
    expect(voice.canSpeak("en")).toBe(true);
    vi.unstubAllGlobals();
  });
});

describe("the browser's voice", () => {
  it("what ended in time cuts off nobody who speaks later", async () => {
    vi.useFakeTimers();
    const cancel = vi.fn();
    const speaking: { onend?: () => void }[] = [];
    vi.stubGlobal("SpeechSynthesisUtterance", class { voice = null; lang = ""; rate = 1; });
    vi.stubGlobal("speechSynthesis", {
      cancel,
      getVoices: () => [{ localService: true, lang: "en-US" }],
      speak: (words: { onend?: () => void }) => speaking.push(words),
    });
    const said = new BrowserVoice().speak({ language: "en", text: "Celadon 7, please come to chair 2." });
    speaking[0]!.onend?.();
    await said;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(cancel).not.toHaveBeenCalled();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("an engine that never reports its end is stopped", async () => {
    vi.useFakeTimers();
    const cancel = vi.fn();
    vi.stubGlobal("SpeechSynthesisUtterance", class { voice = null; lang = ""; rate = 1; });
    vi.stubGlobal("speechSynthesis", { cancel, getVoices: () => [{ localService: true, lang: "en-US" }], speak: vi.fn() });
    const said = new BrowserVoice().speak({ language: "en", text: "Celadon 7" });
    await vi.advanceTimersByTimeAsync(60_000);
    await said;
    expect(cancel).toHaveBeenCalledOnce();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
});
