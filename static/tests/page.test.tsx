import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { startPage } from "@design";

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
