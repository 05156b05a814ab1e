/** What a move would do to the rest of the day, asked of the hub before anything is changed. */
import { signal } from "@preact/signals";
import type { ViewOf } from "@client/api";
import { ask } from "@client/door";

export interface Wanted {
  item: string;
  start?: string | undefined;
  technician?: string | undefined;
  place?: string | undefined;
}

export type WhatIf = ViewOf<"desk-what-if">;
export type Way = NonNullable<WhatIf["asked"]>;

export interface Asked {
  wanted: Wanted;
  state: "asking" | "answered" | "refused";
  answer?: WhatIf;
  /** Why there is no answer. */
  sentence?: string;
}

export const whatIf = signal<Asked | undefined>(undefined);

const REST_MS = 160; // of the hand: what is only passed over is not worth a question
let timer: ReturnType<typeof setTimeout> | undefined;
let last = 0;

/** Ask, once the hand rests; `alternatives`: with other ways, which take the hub longer. */
export function askWhatIf(wanted: Wanted, alternatives = false): void {
  if (!alternatives && same(whatIf.value?.wanted, wanted)) return;
  const mine = ++last;
  whatIf.value = { wanted, state: "asking" };
  clearTimeout(timer);
  timer = setTimeout(() => void answered(wanted, mine, alternatives), REST_MS);
}

export function forgetWhatIf(): void {
  last += 1;
  clearTimeout(timer);
  whatIf.value = undefined;
}

async function answered(wanted: Wanted, mine: number, alternatives: boolean): Promise<void> {
  try {
    const answer = await asked(wanted, alternatives);
    if (mine === last) whatIf.value = { wanted, state: "answered", answer };
  } catch (error) {
    if (mine === last) whatIf.value = { wanted, state: "refused", sentence: (error as Error).message };
  }
}

async function asked(wanted: Wanted, alternatives: boolean): Promise<WhatIf> {
  const query = new URLSearchParams({ item_id: wanted.item, alternatives: String(alternatives) });
  if (wanted.start) query.set("start", wanted.start);
  if (wanted.technician) query.set("technician_id", wanted.technician);
  if (wanted.place) query.set("place_id", wanted.place);
  return (await ask<{ view: WhatIf }>(`/api/views/desk-what-if?${query}`)).view;
}

/** The same way as `way` in today's light, where it still does the same to everybody: the day may have moved on since. */
export async function renewed(wanted: Wanted, way: Way): Promise<Way | undefined> {
  const fresh = (await asked(wanted, true)) as WhatIf;
  const ways: Way[] = [...(fresh.asked ? [fresh.asked] : []), ...fresh.others];
  return ways.find((each) => each.start === way.start && each.broken <= way.broken && each.moves.length <= way.moves.length);
}

function same(one: Wanted | undefined, two: Wanted): boolean {
  return !!one && one.item === two.item && one.start === two.start && one.technician === two.technician && one.place === two.place;
}
