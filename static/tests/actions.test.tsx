import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "@client/i18n";

const outbox = signal<{ waiting: { value: { id: string }[] } } | undefined>(undefined);
const tap = vi.fn(() => Promise.resolve("letter"));
const keep = vi.fn();
vi.mock("../screens/technician/taps", () => ({ outbox, tap, keep }));
vi.mock("@design/SigningForm", () => ({
  SigningForm: ({ onSign }: { onSign: (signature: object) => void }) => h("button", { onClick: () => onSign({ strokes: [] }) }, "sign here"),
}));
vi.mock("../screens/technician/AddOns", () => ({
  AddOns: ({ work }: { work: { person: { booking_id: string } } }) => h("p", { class: "for" }, work.person.booking_id),
}));

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

it("what is signed goes to whom it was opened for, whoever comes into focus meanwhile", async () => {
  await show(shown("wang", "running"));
  await act(() => button("do-sign-short").click());
  await vi.waitFor(() => expect(button("sign here")).toBeTruthy());
  await show(shown("li", "planned"));
  await act(() => button("sign here").click());
  expect(keep).toHaveBeenCalledWith("forms.sign", { booking_id: "wang", strokes: [] }, expect.anything());
  expect(document.querySelectorAll("dialog[open]")).toHaveLength(0);
});

it("an added service stays with whom the sheet was opened for", async () => {
  await show(shown("wang", "running"));
  await act(() => button("do-add").click());
  await vi.waitFor(() => expect(document.querySelector("dialog[open] .for")?.textContent).toBe("wang"));
  await show(shown("li", "running"));
  expect(document.querySelector("dialog[open] .for")?.textContent).toBe("wang");
});
