import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";

let refuse: (error: Error) => void = () => {};
const handIn = vi.fn(() => new Promise((_, reject) => (refuse = reject)));
vi.mock("@client/door", () => ({ handIn }));
vi.mock("../screens/technician/taps", () => ({ outbox: signal(undefined) }));

it("a PIN that is sent by a double tap is one try", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  document.body.innerHTML = "<div></div>";
  const live = { view: signal({}), status: signal("live"), problem: signal(undefined), lastAt: signal(0), silentFor: () => 0 };
  const jay = { id: "jay", name: { zh: "杰", en: "Jay" }, state: "free" };
  const { Faces } = await import("../screens/technician/Faces");
  await act(() => render(h(Faces, { view: { colleagues: [jay] } as never, live: live as never }), document.querySelector("div")!));
  const tap = (what: string) => act(() => document.querySelector<HTMLElement>(what)!.click());
  const enter = async () => {
    for (let digit = 0; digit < 4; digit += 1) await tap("dialog[open] .pad-key");
    await tap("dialog[open] .pad-key.done");
    await tap("dialog[open] .pad-key.done");
  };
  await tap(".face");
  await enter();
  expect(handIn).toHaveBeenCalledTimes(1);
  await act(async () => refuse(new Error("wrong")));
  await enter();
  expect(handIn).toHaveBeenCalledTimes(2);
});
