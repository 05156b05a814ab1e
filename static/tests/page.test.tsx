import { h } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { Dialog, startPage } from "@design";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => {});
  document.body.innerHTML = '<div id="app"></div>';
});

it.each([
  ["tv", 1],
  ["kiosk", 1],
  ["desk", 0],
])("a fault on a %s is left by loading the page anew: %i times within a minute", async (scale, times) => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  reload.mockClear();
  document.documentElement.dataset["scale"] = scale;
  await act(() =>
    startPage(() => {
      throw new Error("fault");
    }),
  );
  expect(document.querySelector("#app button")).not.toBeNull();
  vi.advanceTimersByTime(60_000);
  expect(reload).toHaveBeenCalledTimes(times);
});

it("the second press of a double one does not meet what has come into the place of the first", async () => {
  const pressed = vi.fn();
  await act(() => startPage(() => h("div", null, h("p", { "data-once": true }, h("button", { onClick: pressed }, "next")), h("button", { class: "more", onClick: pressed }, "more"))));
  const press = (button: Element, detail: number) => button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
  const [next, more] = document.querySelectorAll("button") as unknown as [HTMLElement, HTMLElement];
  press(next, 1);
  press(next, 2);
  expect(pressed).toHaveBeenCalledTimes(1);
  press(more, 2); // what adds up may be pressed as fast as one likes
  expect(pressed).toHaveBeenCalledTimes(2);
  const held = (target: Element, key: string, repeat: boolean) => !target.dispatchEvent(new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true }));
  expect([held(next, "Enter", false), held(next, "Enter", true), held(next, "Tab", true), held(more, "Enter", true)]).toEqual([false, true, false, false]);
});

it("a text that is marked as far as beside the dialog does not close it", async () => {
  const closed = vi.fn();
  await act(() => startPage(() => h(Dialog, { open: true, onClose: closed, title: "Book", children: h("input", {}) })));
  const dialog = document.querySelector("dialog")!;
  const click = (from: Element) => {
    from.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    dialog.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  };
  click(dialog.querySelector("input")!);
  expect(closed).not.toHaveBeenCalled();
  click(dialog);
  expect(closed).toHaveBeenCalledOnce();
});
