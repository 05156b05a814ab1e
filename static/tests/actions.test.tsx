import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "@client/i18n";

const outbox = signal<{ waiting: { value: { id: string }[] } } | undefined>(undefined);
const tap = vi.fn(() => Promise.resolve("letter"));
vi.mock("../screens/technician/taps", () => ({ outbox, tap, keep: vi.fn() }));
vi.mock("@design/SigningForm", () => ({ SigningForm: () => null }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  document.body.innerHTML = "<div></div>";
  setLanguage("en");
});
afterEach(() => void vi.useRealTimers());

const place = () => document.querySelector("div")!;
const button = (text: string) => [...document.querySelectorAll("button")].find((each) => each.textContent?.includes(text))!;
const waiting = (...ids: string[]) => act(() => void (outbox.value = { waiting: { value: ids.map((id) => ({ id })) } }));
const passes = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

/** What she works on: `state` of its one step, for the customer of `booking`. */
function shown(booking: string, state: "planned" | "running"): object {
  const person = { booking_id: booking, name: booking, has_allergy: false, has_file: true };
  const work = { item_id: `item of ${booking}`, person, steps: [{ state }], actions: [state === "planned" ? "start" : "add_service"], form: null };
  const to_sign = state === "running" ? { form: "skin", standing: "missing", name: { zh: "皮肤", en: "Skin" } } : null;
  return { me: { id: "jay", actions: ["sign"] }, offers: [], focus: { ...work, to_sign } };
}

async function show(view: object): Promise<void> {
  const { Actions } = await import("../screens/technician/Actions");
  await act(() => render(h(Actions, { view: view as never }), place()));
}

it("a start that was taken back or refused can be pressed again, and one on its way cannot", async () => {
  await waiting("letter");
  await show(shown("wang", "planned"));
  const start = () => button("do-start");
  await act(async () => start().click());
  await passes(60_000); // cut off
  expect(start().disabled).toBe(true);
  await waiting();
  expect(start().disabled).toBe(true);
  await passes(3_000);
  expect(start().disabled).toBe(false);
  await act(async () => start().click());
  expect(tap).toHaveBeenCalledTimes(2);
});

it.each(["do-sign-short", "do-add"])("what is open for one customer (%s) closes when the next one comes", async (word) => {
  await show(shown("wang", "running"));
  await act(() => button(word).click());
  expect(document.querySelectorAll("dialog[open]")).toHaveLength(1);
  await show(shown("wang", "running"));
  expect(document.querySelectorAll("dialog[open]")).toHaveLength(1);
  await show(shown("li", "running"));
  expect(document.querySelectorAll("dialog[open]")).toHaveLength(0);
});
