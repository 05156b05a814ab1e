import { describe, expect, it } from "vitest";
import type { Block } from "../screens/desk/timeline/blocks";
import { gapAt, nextGap } from "../screens/desk/timeline/gaps";
import type { Lane, View } from "../screens/desk/types";

const at = (hour: number, minute = 0) => Date.UTC(2026, 4, 14, hour, minute);
const iso = (ms: number) => new Date(ms).toISOString();
const view = { begins: iso(at(8)), ends: iso(at(20)), opens: iso(at(9)), closes: iso(at(18)) } as unknown as View;
const lane = (...shades: [number, number][]) =>
  ({ id: "lin", shades: shades.map(([start, end]) => ({ kind: "off", start: iso(start), end: iso(end) })) }) as unknown as Lane;
const block = (start: number, end: number, more: Partial<Block> = {}) => ({ lane: "lin", strip: false, start, end, ...more }) as Block;
const NINE = at(9);

describe("idle time on the timeline", () => {
  it("lies between what is planned, in steps of five minutes", () => {
    const blocks = [block(at(10), at(10, 32)), block(at(12, 3), at(13))];
    expect(gapAt(at(11), lane(), blocks, view, NINE)).toEqual({ lane: "lin", start: at(10, 35), end: at(12) });
  });

  it("begins now, ends when the shop closes, and stops at breaks", () => {
    expect(gapAt(at(11), lane([at(12), at(13)]), [], view, at(10, 2))).toEqual({ lane: "lin", start: at(10, 5), end: at(12) });
    expect(gapAt(at(17), lane([at(12), at(13)]), [], view, at(10, 2))).toEqual({ lane: "lin", start: at(13), end: at(18) });
  });

  it("is neither in the past, nor where somebody works, nor shorter than ten minutes", () => {
    expect(gapAt(at(9, 30), lane(), [], view, at(10))).toBeUndefined();
    expect(gapAt(at(10, 10), lane(), [block(at(10), at(10, 30))], view, NINE)).toBeUndefined();
    expect(gapAt(at(10, 35), lane(), [block(at(10), at(10, 32)), block(at(10, 41), at(11))], view, NINE)).toBeUndefined();
    expect(gapAt(at(11), lane([at(10), at(12)]), [], view, NINE)).toBeUndefined();
  });

  it("looks at this lane alone, and what develops leaves the hands free", () => {
    const blocks = [block(at(10), at(11), { lane: "wang" }), block(at(10), at(11), { strip: true })];
    expect(gapAt(at(10, 30), lane(), blocks, view, NINE)).toEqual({ lane: "lin", start: at(9), end: at(18) });
  });

  it("is found next from now on, or not at all", () => {
    const blocks = [block(at(9), at(10, 28))];
    expect(nextGap(lane(), blocks, view, at(9, 15))).toEqual({ lane: "lin", start: at(10, 30), end: at(18) });
    expect(nextGap(lane([at(8), at(20)]), [], view, NINE)).toBeUndefined();
  });
});
