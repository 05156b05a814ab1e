import { signal } from "@preact/signals";
import { h, render } from "preact";
import { expect, it, vi } from "vitest";

const answer = vi.fn();
vi.mock("../screens/kiosk/talk", () => ({ answer, answered: signal(undefined) }));

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
