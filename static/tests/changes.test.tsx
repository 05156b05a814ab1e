import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";

const watch = vi.fn((..._: unknown[]) => ({ view: signal(undefined), status: signal("loading"), problem: signal(undefined), close: () => {} }));
vi.mock("@client/connection", () => ({ connection: { watch } }));
vi.mock("@client/door", () => ({ send: vi.fn() }));
vi.mock("../screens/visit/state", () => ({ justBooked: signal(false) }));

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  document.body.innerHTML = "<div></div>";
  watch.mockClear();
});

const tap = (what: string) => act(() => document.querySelector<HTMLElement>(what)!.click());
const button = (word: string) => [...document.querySelectorAll("button")].find((each) => each.textContent === word);
const asked = () => watch.mock.calls.map(([, params]) => (params as { date_from: string }).date_from);

/** The sheet for another time, of a booking on this day. */
async function moving(booked: string): Promise<void> {
  const { Changes } = await import("../screens/visit/Changes");
  const services = [{ service_id: "cut", requested: "must", requested_technician_id: "lin" }, { service_id: "nails", requested: "any", requested_technician_id: null }];
  const view = { now: "2026-05-14T03:00:00Z", booked_start: `${booked}T03:00:00Z`, services, late_choices: [], can_move: true, can_cancel: false };
  await act(() => render(h(Changes, { view: view as never }), document.querySelector("div")!));
  await tap(".changes button");
}

it.each([
  ["2026-05-27", "2026-05-14"],
  ["2026-05-28", "2026-05-21"],
  ["2026-08-02", "2026-07-26"],
])("a booking on %s is moved among days from %s on, and among later ones", async (booked, first) => {
  await moving(booked);
  expect(watch.mock.calls[0]![1]).toEqual({ services: "cut~must~lin,nails~any~", date_from: first, days: 14, moving: true });
  await act(() => button("move-later")!.click());
  await act(() => button("move-earlier")!.click());
  expect(asked()).toEqual([first, new Date(Date.parse(first) + 14 * 86_400_000).toISOString().slice(0, 10), first]);
  expect(button("move-earlier") !== undefined).toBe(first > "2026-05-14");
});
