/** Idle time of a technician as the timeline shows it: geometry only; whether somebody fits, the hub says. */
import type { Gap } from "../desk_state";
import type { Lane, Shade, View } from "../types";
import { type Block, snapped } from "./blocks";

const SHORTEST_MS = 10 * 60_000;
const STEP_MS = 5 * 60_000;

/** The idle time around `at`, from `now` on; undefined where there is none worth filling. */
export function gapAt(at: number, lane: Lane, blocks: Block[], view: View, now: number): Gap | undefined {
  const busy = [
    ...blocks.filter((block) => block.lane === lane.id && !block.strip).map(({ start, end }) => ({ start, end })),
    ...lane.shades.map((shade: Shade) => ({ start: Date.parse(shade.start), end: Date.parse(shade.end) })),
  ];
  if (at < now || busy.some((span) => span.start <= at && at < span.end)) return undefined;
  const begin = Math.max(Date.parse(view.opens ?? view.begins), now, ...busy.filter((span) => span.end <= at).map((span) => span.end));
  const end = Math.min(Date.parse(view.closes ?? view.ends), ...busy.filter((span) => span.start > at).map((span) => span.start));
  const start = Math.ceil(begin / STEP_MS) * STEP_MS;
  return end - start >= SHORTEST_MS ? { lane: lane.id, start, end: Math.max(snapped(end - STEP_MS / 2), start + SHORTEST_MS) } : undefined;
}

/** The first idle time of the day that is not over. */
export function nextGap(lane: Lane, blocks: Block[], view: View, now: number): Gap | undefined {
  for (let at = Math.max(now, Date.parse(view.opens ?? view.begins)); at < Date.parse(view.closes ?? view.ends); at += STEP_MS) {
    const found = gapAt(at, lane, blocks, view, now);
    if (found) return found;
  }
  return undefined;
}
