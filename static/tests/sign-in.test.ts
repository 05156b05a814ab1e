import { beforeEach, expect, test, vi } from "vitest";
import { keptHere, wishedMode } from "../screens/sign-in/ways";

beforeEach(() => void vi.resetModules());

test("a device that is sent away says how much it keeps, and the page that it comes to reads it", async () => {
  const went = vi.spyOn(location, "assign").mockImplementation(() => undefined);
  history.replaceState(null, "", "/technician?a=1");
  const { goToSignIn } = await import("../client/session");
  goToSignIn(true, 2);
  const [[address]] = went.mock.calls as [[string]];
  const { search, pathname } = new URL(address, location.origin);
  expect([pathname, keptHere(search), wishedMode(search)]).toEqual(["/sign-in", 2, "pair"]);
  expect(new URLSearchParams(search).get("next")).toBe("/technician?a=1");
  expect(new URLSearchParams(search).get("ended")).toBe("1");
});

test("nothing kept is nothing said, and an address says no nonsense", async () => {
  const went = vi.spyOn(location, "assign").mockImplementation(() => undefined);
  went.mockClear();
  history.replaceState(null, "", "/technician");
  const { goToSignIn } = await import("../client/session");
  goToSignIn();
  expect(went).toHaveBeenCalledExactlyOnceWith("/sign-in?next=%2Ftechnician");
  for (const odd of ["", "0", "-1", "1e3", "99999", "<b>"]) expect(keptHere(`?kept=${encodeURIComponent(odd)}`)).toBe(0);
});
