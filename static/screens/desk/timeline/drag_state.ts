/** What is taken by pointer. The hand itself comes after the first picture. */
import { signal } from "@preact/signals";
import type { Axis, View } from "../types";
import type { Block, Scale } from "./blocks";

export interface Drag {
  block: Block;
  axis: Axis;
  lane: string;
  /** Milliseconds by which the whole service is shifted. */
  shift: number;
  /** Lanes that can do it. */
  fit: ReadonlySet<string>;
}

export const drag = signal<Drag | undefined>(undefined);

type Take = (event: PointerEvent, block: Block, view: View, axis: Axis, scale: Scale) => void;

export const hand: { take?: Take } = {};
