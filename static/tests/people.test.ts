import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";

const view = { view: signal<unknown>(undefined), problem: signal<unknown>(undefined), close: () => {} };
vi.mock("@client/connection", () => ({ openView: () => view }));

it("says why the hub does not look for a number, and no longer once it does", async () => {
  vi.useFakeTimers();
  const { isSearching, peopleOf, refusalOf, usePeople } = await import("../screens/desk/people");
  const Asks = () => (usePeople("13900139000"), null);
  await act(() => render(h(Asks, {}), document.body));
  await act(() => void vi.runAllTimers());
  expect(isSearching("13900139000")).toBe(true);

  view.problem.value = { code: "too_many_searched", status: 429, detail: "You have looked for 60 whole numbers." };
  expect(refusalOf("13900139000")).toBe("You have looked for 60 whole numbers.");
  expect(refusalOf("13900139001")).toBeUndefined();
  expect(isSearching("13900139000")).toBe(false);
  expect(peopleOf("13900139000")).toEqual([]);

  view.problem.value = undefined;
  view.view.value = { people: [{ name: "陈晨" }] };
  expect(refusalOf("13900139000")).toBeUndefined();
  expect(peopleOf("13900139000")).toEqual([{ name: "陈晨" }]);
});
