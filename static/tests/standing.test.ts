import { afterEach, describe, expect, it, vi } from "vitest";
import { stayAwake } from "@client/standing";

afterEach(() => vi.unstubAllGlobals());

function seen(state: DocumentVisibilityState): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("a screen that stays awake", () => {
  it("asks again whenever it is seen again, for hidden pages lose the lock", () => {
    const request = vi.fn(() => Promise.reject(new DOMException("low battery", "NotAllowedError")));
    vi.stubGlobal("navigator", { wakeLock: { request } });
    stayAwake();
    expect(request).toHaveBeenCalledTimes(1);
    seen("hidden");
    expect(request).toHaveBeenCalledTimes(1);
    seen("visible");
    expect(request).toHaveBeenCalledTimes(2);
  });

  it("is content where the browser knows no lock", () => {
    vi.stubGlobal("navigator", {});
    expect(stayAwake).not.toThrow();
  });
});
