import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setLanguage } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Button, ConnectionBadge, grouped, LanguageSwitch, movedKeys, NumberPad, QrImage, StateBadge, TextInput, toast, ToastHost } from "@design";

let place: HTMLElement;

beforeEach(() => {
  setLanguage("en");
  document.body.innerHTML = "<div id='app'></div>";
  place = document.getElementById("app")!;
});

function draw(what: preact.ComponentChild): void {
  act(() => render(what, place));
}

describe("components", () => {
  it("a working button cannot be pressed twice", () => {
    const pressed = vi.fn();
    draw(
      <Button working onClick={pressed}>
        Start
      </Button>,
    );
    place.querySelector("button")!.click();
    expect(pressed).not.toHaveBeenCalled();
    expect(place.querySelector("button")!.getAttribute("aria-busy")).toBe("true");
  });

  it("a field ties its label and its fault to the input", () => {
    draw(<TextInput label="Phone" value="1" onValue={() => {}} error="11 digits" />);
    const input = place.querySelector("input")!;
    expect(place.querySelector("label")!.getAttribute("for")).toBe(input.id);
    expect(document.getElementById(input.getAttribute("aria-describedby")!)!.textContent).toBe("11 digits");
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  it("a date is written in the language of the page, whatever the browser's is", () => {
    const shown = () => place.querySelector("input")!.dataset["shown"];
    draw(<TextInput label="First day" type="date" value="2026-05-14" onValue={() => {}} />);
    expect(shown()).toBe("14 May 2026");
    act(() => setLanguage("zh"));
    draw(<TextInput label="第一天" type="date" value="2026-05-14" onValue={() => {}} />);
    expect(shown()).toBe("2026年5月14日");
    draw(<TextInput label="第一天" type="date" value="" onValue={() => {}} />);
    expect(shown()).toBeUndefined();
  });

  it("a field that wants the keyboard has it as soon as it can be seen", () => {
    render(<TextInput label="Phone" value="" onValue={() => {}} autoFocus />, place); // without `act`, which runs what comes later, too
    expect(document.activeElement).toBe(place.querySelector("input"));
  });

  it("a state is a word and an icon, in the language of the screen", () => {
    draw(<StateBadge kind="technician" state="in_service" />);
    expect(place.textContent).toBe("In service");
    expect(place.querySelector("svg")).not.toBeNull();
    act(() => setLanguage("zh"));
    expect(place.textContent).toBe("上钟");
  });

  it("the pill of a page that may not be seen says so, and of one that failed that it is not there", () => {
    const problem = signal({ code: "forbidden", status: 403 });
    const live = { status: signal("error"), problem, lastAt: signal(undefined) } as unknown as LiveView<unknown>;
    draw(<ConnectionBadge live={live} dot />);
    expect(place.textContent).toBe("No access");
    act(() => setLanguage("zh"));
    expect(place.textContent).toBe("无权查看");
    act(() => {
      problem.value = { code: "unexpected", status: 500 };
    });
    expect(place.textContent).toBe("暂不可用");
  });

  it("the language switch speaks each language in its own words", () => {
    draw(<LanguageSwitch />);
    act(() => place.querySelector<HTMLInputElement>("input[value=zh]")!.click());
    expect(document.documentElement.lang).toBe("zh-Hans");
    expect(place.textContent).toContain("English");
  });

  it("the pad adds, deletes and stops at its length", () => {
    const value = vi.fn();
    draw(<NumberPad value="12" onValue={value} maxLength={3} />);
    const key = (text: string) => [...place.querySelectorAll("button")].find((each) => each.textContent === text)!;
    key("5").click();
    expect(value).toHaveBeenLastCalledWith("125");
    place.querySelector<HTMLButtonElement>("[aria-label='Delete the last digit']")!.click();
    expect(value).toHaveBeenLastCalledWith("1");
    draw(<NumberPad value="123" onValue={value} maxLength={3} />);
    value.mockClear();
    key("5").click();
    expect(value).not.toHaveBeenCalled();
  });

  it("a QR code keeps its quiet zone and every dark module", () => {
    draw(<QrImage matrix={["101", "010", "111"]} label="ticket" />);
    expect(place.querySelector("svg")!.getAttribute("viewBox")).toBe("-4 -4 11 11");
    expect(place.querySelector("path")!.getAttribute("d")).toBe(
      "M0 0h1v1h-1zM2 0h1v1h-1zM1 1h1v1h-1zM0 2h3v1h-3z",
    );
  });

  it("a toast can be taken back for eight seconds", () => {
    vi.useFakeTimers();
    const undo = vi.fn();
    draw(<ToastHost />);
    act(() => void toast("Started", { undo }));
    expect(place.textContent).toContain("Undo (8)");
    act(() => place.querySelector("button")!.click());
    expect(undo).toHaveBeenCalledOnce();
    expect(place.textContent).toBe("");
    act(() => void toast("Finished", { undo }));
    act(() => void vi.advanceTimersByTime(8_000));
    expect(place.textContent).toBe("");
    expect(undo).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });
});

it("digits are grouped as people say them", () => {
  expect(grouped("13800138000")).toBe("138 0013 8000");
  expect(grouped("138")).toBe("138");
  expect(grouped("447700900123")).toBe("4477 0090 0123");
  expect(grouped("")).toBe("");
});

it("only what was overtaken counts as moved", () => {
  expect([...movedKeys(["a", "b", "c", "d"], ["b", "c", "d", "a"])]).toEqual(["a"]);
  expect([...movedKeys(["a", "b"], ["x", "a", "b"])]).toEqual([]);
  expect([...movedKeys(["a", "b", "c"], ["a", "c"])]).toEqual([]);
  expect([...movedKeys([], ["a"])]).toEqual([]);
});
