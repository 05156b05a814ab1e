import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import { hubNow } from "@client/clock";
import { addTexts, setLanguage } from "@client/i18n";

const answer = vi.fn();
let touch: () => void;
const onTouch = (heard: () => void) => {
  touch = heard;
  return () => {};
};
vi.mock("../screens/kiosk/talk", () => ({ answer, answered: signal(undefined), onTouch: (heard: () => void) => onTouch(heard) }));

it("a check-in that the desk has taken back leaves a way out on the kiosk, and no empty screen", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const { Done } = await import("../screens/kiosk/Done");
  document.body.innerHTML = "<main></main>";
  const main = document.querySelector("main")!;
  render(h(Done, { view: { step: "result", result: null } as never }), main);
  expect(main.querySelector("h1")).not.toBeNull();
  main.querySelector("button")!.click();
  expect(answer).toHaveBeenCalledWith({ kind: "leave" });
});

it("a wait is told as nobody counts minutes for: on five minutes, from an hour on on quarters", async () => {
  const { waitText } = await import("../screens/kiosk/WalkIn");
  addTexts({ "en/kiosk.ftl": "wait-now = now\nwait-none = full\nwait-about = in { MINUTES($minutes) }" });
  setLanguage("en");
  const told = (minutes: number) => waitText({ start: new Date(hubNow() + minutes * 60_000).toISOString() }).replaceAll("\u00a0", " ");
  expect([2, 7, 12, 58, 62, 84, 122].map(told)).toEqual(["now", "in 7 min", "in 10 min", "in 1 h", "in 1 h", "in 1 h 30 min", "in 2 h"]);
  expect(waitText({ start: null })).toBe("full");
});

it("the hub hears of a touch before it would wipe what the screen still counts down", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
  const { Idle } = await import("../screens/kiosk/Idle");
  document.body.innerHTML = "<main></main>";
  const main = document.querySelector("main")!;
  await act(() => render(h(Idle, { view: { idle_seconds: 45, countdown_seconds: 20 } as never }), main));
  answer.mockClear();
  vi.advanceTimersByTime(9_900); // the hub's grace is ten seconds
  await act(() => touch());
  expect(answer).toHaveBeenCalledWith({ kind: "stay" });
  vi.useRealTimers();
  render(null, main);
});
