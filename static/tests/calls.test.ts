import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Caller } from "../screens/waiting-room/calls";

type View = Parameters<Caller["show"]>[0];

function view(repeat_seconds: number, ...visits: [visit_id: string, count: number][]): View {
  const calling = visits.map(([visit_id, count]) => ({ visit_id, count, color: "jade", number: 7, name: null, place: null, called_at: "" }));
  return { calling, voice: ["en"], repeat_seconds } as unknown as View;
}

let now = 0;
let hub = 0;

/** A caller and the visits that it has called, in order. */
function begin(): { caller: Caller; said: string[] } {
  const caller = new Caller(
    () => now,
    () => hub,
  );
  const said: string[] = [];
  vi.spyOn(caller.queue, "add").mockImplementation(({ key }) => void said.push(key));
  return { caller, said };
}

/** Let time go by; `speed` hub seconds per second. */
function pass(seconds: number, speed = 1): void {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    hub += 1000 * speed;
    vi.advanceTimersByTime(1000);
  }
}

describe("the calls of the waiting room", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are said again as often as the store wishes, until the customer is in the room", () => {
    const { caller, said } = begin();
    caller.show(view(60, ["a", 1]));
    expect(said).toEqual(["a"]);
    pass(59);
    expect(said).toEqual(["a"]);
    pass(2);
    expect(said).toEqual(["a", "a"]);
    caller.show(view(60));
    pass(200);
    expect(said).toEqual(["a", "a"]);
  });

  it("are said at once when somebody calls again", () => {
    const { caller, said } = begin();
    caller.show(view(600, ["a", 1]));
    caller.show(view(600, ["a", 2]));
    expect(said).toEqual(["a", "a"]);
  });

  it("are said at once when the place is another", () => {
    const { caller, said } = begin();
    const show = (...places: string[]) => {
      const seen = view(600, ...places.map((_, index): [string, number] => [`${index}`, 1]));
      caller.show({ ...seen, calling: seen.calling.map((call, index) => ({ ...call, place: { zh: places[index]!, en: places[index]! } })) });
    };
    show("Chair 1", "Chair 2");
    show("Chair 1", "Chair 2");
    expect(said).toEqual(["0", "1"]);
    show("Chair 1", "Chair 3");
    expect(said).toEqual(["0", "1", "1"]);
  });

  it("leave time to come also where the hub's clock runs fast", () => {
    const { caller, said } = begin();
    caller.show(view(60, ["a", 1]));
    pass(14, 20);
    expect(said).toEqual(["a"]);
    pass(2, 20);
    expect(said).toEqual(["a", "a"]);
  });

  it("are not said again while the connection is lost, and are once it is back", () => {
    const { caller, said } = begin();
    caller.show(view(30, ["a", 1]));
    caller.cutOff = true;
    pass(300);
    expect(said).toEqual(["a"]);
    caller.cutOff = false;
    pass(1);
    expect(said).toEqual(["a", "a"]);
  });
});
