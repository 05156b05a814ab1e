/** Text reaches 4.5 : 1 and the edge of a control 3 : 1 on every ground that the tokens name, by day and by night (WCAG 2.2 AA). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SOURCE = readFileSync("design/tokens.css", "utf8");
const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const TONES = [...SOURCE.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
const COLOURS: Record<Theme, Record<string, string>> = {
  light: Object.fromEntries(TONES.map(([, name, light]) => [name, light])),
  dark: Object.fromEntries(TONES.map(([, name, , dark]) => [name, dark])),
};

const PLAIN = ["paper", "surface", "raised", "sunken"];
const STATES = ["ok", "busy", "wait", "alert", "develop", "care", "neutral"];
const SOFT = ["celadon-soft", "clay-soft", ...STATES.map((state) => `${state}-soft`)];

/** Relative luminance, 0 to 1. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: Theme, one: string, other: string): number {
  const [dim, bright] = [one, other].map((name) => luminance(COLOURS[theme][name]!)).sort((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

function weak(theme: Theme, tones: string[], grounds: string[], least: number): string[] {
  const pairs = tones.flatMap((tone) => grounds.map((ground) => [tone, ground] as const));
  return pairs.filter((pair) => contrast(theme, ...pair) < least).map((pair) => pair.join(" on "));
}

test.each(THEMES)("text is read on every ground: %s", (theme) => {
  expect(weak(theme, ["ink", "ink-2", "ink-3", "celadon", "clay", ...STATES], [...PLAIN, ...SOFT], 4.5)).toEqual([]);
  expect(weak(theme, ["on-celadon"], ["celadon", "celadon-strong"], 4.5)).toEqual([]);
  expect(weak(theme, ["on-clay"], ["clay"], 4.5)).toEqual([]);
  expect(weak(theme, ["on-deep"], ["busy-deep", "alert-deep"], 4.5)).toEqual([]);
});

test.each(THEMES)("what is filled in, and where the focus is, is seen: %s", (theme) => {
  expect(weak(theme, ["control", "focus"], PLAIN, 3)).toEqual([]);
});

test("a black tone on a black ground would be found", () => {
  expect(weak("dark", ["sunken"], ["paper"], 4.5)).toEqual(["sunken on paper"]);
});
