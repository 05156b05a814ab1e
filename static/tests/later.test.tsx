import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { language, setLanguage, t } from "@client/i18n";
import { persist, useLater } from "@client/later";
import { startSpeaking } from "@design";

const AGAIN_MS = 2_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  document.body.innerHTML = '<div id="app"></div>';
  setLanguage("en");
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Fails `times` times, as an import does while the network is gone. */
function comesAfter<T>(times: number, what: T) {
  return vi.fn(() => (times-- > 0 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve(what)));
}

function passes(ms: number): Promise<void> {
  return act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
}

describe("what comes later", () => {
  it("is asked for again until it comes, and no more", async () => {
    const load = comesAfter(2, "panel");
    const coming = persist(load);
    await vi.advanceTimersByTimeAsync(2 * AGAIN_MS);
    expect(await coming).toBe("panel");
    await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);
    expect(load).toHaveBeenCalledTimes(3);
  });

  it("appears on the page when the network is back", async () => {
    const load = comesAfter(1, { words: "here" });
    const Part = () => <p>{useLater(load)?.words ?? "not yet"}</p>;
    act(() => render(<Part />, document.getElementById("app")!));
    await passes(AGAIN_MS / 2);
    expect(document.body.textContent).toBe("not yet");
    await passes(AGAIN_MS);
    expect(document.body.textContent).toBe("here");
  });

  it("is dressed, too: a style sheet that failed is fetched anew", async () => {
    const broken = document.createElement("link");
    broken.title = "panel";
    document.head.append(broken);
    broken.dispatchEvent(new Event("error"));
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    expect(broken.isConnected).toBe(false);
    expect(document.head.querySelectorAll("link[title=panel]")).toHaveLength(1);
  });
});

it("a page speaks its language until the texts of the other one are there", async () => {
  let bring = (_: string) => {};
  const texts = {
    "/en/hello.ftl": () => Promise.resolve("hello-guest = Hello"),
    "/zh/hello.ftl": () => new Promise<string>((come) => (bring = come)),
  };
  void startSpeaking(() => <p>{t("hello-guest")}</p>, texts);
  await passes(10);
  act(() => setLanguage("zh"));
  expect([language.value, document.body.textContent, document.documentElement.lang]).toEqual(["en", "Hello", "en"]);
  bring("hello-guest = 您好");
  await passes(10);
  expect([language.value, document.body.textContent, document.documentElement.lang]).toEqual(["zh", "您好", "zh-Hans"]);
  expect(console.warn).not.toHaveBeenCalled();
});
