import { signal } from "@preact/signals";
import { beforeEach, expect, it, vi } from "vitest";

const person = (id: string) => ({ id, name: { zh: id, en: id }, gender: null });
const service = (id: string, ...technician_ids: string[]) => ({ id, technician_ids });
const catalog = {
  view: signal({ technicians: [person("lin"), person("wang")], services: [service("cut", "lin", "wang"), service("colour", "wang")] }),
};
const closed: string[] = [];
const watch = vi.fn((screen: string, params: { services: string }) => (screen === "book" ? catalog : { params, close: () => closed.push(params.services) }));
const send = vi.fn();
vi.mock("@client/connection", () => ({ connection: { watch } }));
vi.mock("@client/door", () => ({ send }));

const slot = { start: "2026-05-14T05:00:00Z" } as never;
let book: typeof import("../screens/book/state");

beforeEach(async () => {
  book ??= await import("../screens/book/state");
  book.chosen.value = ["cut"];
  book.asked.value = "any";
  book.step.value = "services";
  book.hold.value = undefined;
  send.mockReset();
  send.mockResolvedValue({ result: {} });
});

/** Tap a start; the function that lets the hub answer. */
function taken(booking_id: string): { answer: () => Promise<void> } {
  let done = (_: unknown) => {};
  send.mockReturnValueOnce(new Promise((resolve) => (done = resolve)));
  const taking = book.take(slot);
  return { answer: () => (done({ result: { booking_id, hold_token: `key of ${booking_id}`, expires_at: "" } }), taking) };
}

const released = () => send.mock.calls.filter(([name]) => name === "bookings.release_hold").map(([, data]) => data.booking_id);
const back = () => dispatchEvent(new PopStateEvent("popstate", { state: null }));

it("shows no free starts of what was wanted before, and asks once for the same", () => {
  const first = book.watchSlots();
  expect(book.watchSlots()).toBe(first);
  book.chosen.value = ["cut", "colour"];
  expect(book.watchSlots()).not.toBe(first);
  expect(closed).toEqual(["cut"]);
});

it("asks for nobody who cannot do what was added since", () => {
  book.asked.value = "lin";
  expect(book.wanted.value).toMatchObject({ requested: "must", technician_id: "lin" });
  book.chosen.value = ["cut", "colour"];
  expect([book.who.value, book.wanted.value]).toEqual(["any", { services: ["cut", "colour"], requested: "any", technician_id: null }]);
  book.asked.value = "wang";
  expect(book.wanted.value).toMatchObject({ requested: "must", technician_id: "wang" });
});

it("leads on with what was tapped, and gives back what is held when somebody goes back", async () => {
  book.go("when");
  await taken("a").answer();
  expect([book.step.value, book.hold.value?.booking_id]).toEqual(["details", "a"]);
  dispatchEvent(new PopStateEvent("popstate", { state: "when" }));
  expect([book.step.value, book.hold.value, released()]).toEqual(["when", undefined, ["a"]]);
});

it.each([
  ["went back", back],
  ["chose somebody else", () => (book.asked.value = "woman")],
])("a hold whose answer comes after somebody %s is given back and leads nowhere", async (_, instead) => {
  book.go("when");
  const tap = taken("late");
  instead();
  const before = book.step.value;
  await tap.answer();
  expect([book.step.value, book.hold.value, released()]).toEqual([before, undefined, ["late"]]);
});

it("of two starts that were tapped one after the other the second counts, in whichever order the answers come", async () => {
  book.go("when");
  const first = taken("first");
  const second = taken("second");
  await second.answer();
  await first.answer();
  expect([book.hold.value?.booking_id, released()]).toEqual(["second", ["first"]]);
});
