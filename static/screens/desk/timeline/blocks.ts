/** From bookings to what is drawn in the lanes: geometry only. */
import type { Axis, Booking, Item, Phase, View } from "../types";

export interface Part {
  phase: Phase;
  start: number;
  end: number;
}

/** Phases of one service that lie side by side in one lane. */
export interface Block {
  key: string;
  booking: Booking;
  item: Item;
  lane: string;
  /** A technician's lane shows what develops as a strip: the hands are free. */
  strip: boolean;
  parts: Part[];
  start: number;
  end: number;
  /** Where the customer was told it would be. */
  ghost: { start: number; end: number } | undefined;
}

/** Width of the lanes' names. */
export const HEAD_PX = 196;
const SIDE_BY_SIDE_MS = 90_000;
const GHOST_FROM_MS = 60_000; // a ghost under its own block would only blur the edge

export function blocksOf(view: View, axis: Axis): Block[] {
  return view.bookings.flatMap((booking: Booking) => booking.items.flatMap((item: Item) => ofItem(booking, item, axis)));
}

function ofItem(booking: Booking, item: Item, axis: Axis): Block[] {
  const blocks: Block[] = [];
  for (const phase of item.phases) {
    const lane = laneOf(phase, axis);
    if (!lane || !phase.start || !phase.end) continue;
    const part = { phase, start: Date.parse(phase.start), end: Date.parse(phase.end) };
    const strip = axis === "technician" && phase.kind === "processing";
    const last = blocks.at(-1);
    if (last && last.lane === lane && last.strip === strip && part.start - last.end <= SIDE_BY_SIDE_MS) {
      last.parts.push(part);
      last.end = part.end;
    } else {
      const key = `${item.id}:${phase.ordinal}`;
      blocks.push({ key, booking, item, lane, strip, parts: [part], start: part.start, end: part.end, ghost: undefined });
    }
  }
  for (const block of blocks) block.ghost = block.strip ? undefined : ghostOf(block);
  return blocks;
}

function laneOf(phase: Phase, axis: Axis): string | null {
  if (axis === "place") return phase.place_id;
  return phase.technician_id ?? phase.beside;
}

function ghostOf(block: Block): Block["ghost"] {
  const first = block.parts[0]!.phase;
  if (!first.promised_start) return undefined;
  const start = Date.parse(first.promised_start);
  if (Math.abs(start - block.start) < GHOST_FROM_MS) return undefined;
  const minutes = block.parts.reduce((sum, part) => sum + part.phase.minutes, 0);
  return { start, end: start + minutes * 60_000 };
}

/** When a service begins as planned or done. */
export function startOf(item: Item): number | undefined {
  const first = item.phases.find((phase: Phase) => phase.start);
  return first?.start ? Date.parse(first.start) : undefined;
}

/** Places to which a phase at this one may go instead. */
export function sameKind(view: View, placeId: string | null | undefined): View["places"] {
  const here = view.places.find((lane: View["places"][number]) => lane.id === placeId);
  return view.places.filter((lane: View["places"][number]) => lane.kind_code === here?.kind_code);
}

export function minutesOf(item: Item): number {
  return item.phases.reduce((sum: number, phase: Phase) => sum + phase.minutes, 0);
}

/** The most telling look of a block: what runs or is late before what is done or to come. */
export function lookOf(block: Block): Phase["look"] {
  const looks = block.parts.map((part) => part.phase.look);
  return (["over", "running", "called", "here", "planned", "gone"] as const).find((look) => looks.includes(look)) ?? "done";
}

export interface Scale {
  begins: number;
  ends: number;
  /** Pixels per minute. */
  ppm: number;
}

export function xOf(scale: Scale, ms: number): number {
  return ((ms - scale.begins) / 60_000) * scale.ppm;
}

export function msOf(scale: Scale, x: number): number {
  return scale.begins + (x / scale.ppm) * 60_000;
}

export function snapped(ms: number): number {
  return Math.round(ms / 300_000) * 300_000;
}

/** The block to which an arrow key leads: along the lane, or the nearest in the next lane that has any. */
export function neighbour(blocks: Block[], lanes: string[], from: Block, key: string): Block | undefined {
  const solid = blocks.filter((block) => !block.strip).sort((a, b) => a.start - b.start);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const same = solid.filter((block) => block.lane === from.lane);
    const at = same.findIndex((block) => block.key === from.key);
    return same[at + (key === "ArrowRight" ? 1 : -1)];
  }
  const step = key === "ArrowDown" ? 1 : -1;
  for (let row = lanes.indexOf(from.lane) + step; row >= 0 && row < lanes.length; row += step) {
    const there = solid.filter((block) => block.lane === lanes[row]);
    const distance = (block: Block) => Math.abs(block.start - from.start);
    if (there.length) return there.reduce((best, block) => (distance(block) < distance(best) ? block : best));
  }
  return undefined;
}
