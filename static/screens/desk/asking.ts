/** Questions to the hub before anything is changed: what would it do, and why not. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { ask } from "@client/door";
import { live } from "./desk_state";
import { touched } from "./what_if";

/** What is asked about; which of the rest is needed, the kind says. */
export interface Wanted {
  kind: "move" | "late" | "sick" | "closed" | "added" | "walk_in";
  item?: string | undefined;
  booking?: string | undefined;
  technician?: string | undefined;
  place?: string | undefined;
  service?: string | undefined;
  start?: string | undefined;
  minutes?: number | undefined;
  wishes?: string | undefined;
}

export type WhatIf = ViewOf<"desk-what-if">;
export type Way = NonNullable<WhatIf["asked"]>;
export type WhyNot = ViewOf<"desk-why-not">;

export interface Asked<A> {
  state: "asking" | "answered" | "refused";
  answer?: A;
  /** Why there is no answer. */
  sentence?: string;
}

const REST_MS = 160; // of the hand: what is only passed over is not worth a question
const AGAIN_MS = 1_500; // a day that changes all the time is asked about no more often
const PATIENCE_MS = 12_000;

const NAMES: Record<string, string> = {
  item: "item_id",
  booking: "booking_id",
  technician: "technician_id",
  place: "place_id",
  service: "service_id",
};

function query(wanted: object): string {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [NAMES[name] ?? name, String(value)])).toString();
}

export function whatIfPath(wanted: Wanted, alternatives: boolean, thorough?: boolean): string {
  return `/api/views/desk-what-if?${query({ ...wanted, alternatives, thorough })}`;
}

export function whyNotPath(wanted: Omit<Wanted, "kind">): string {
  return `/api/views/desk-why-not?${query(wanted)}`;
}

async function answered<A>(path: string, stop: AbortSignal): Promise<A> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  return (await ask<{ view: A }>(path, { signal })).view;
}

/** The hub's answer, asked again as the day changes; a question that is superseded is given up, here and there. */
export function useAsked<A>(path: string | undefined): Asked<A> | undefined {
  const [known, setKnown] = useState<{ path: string; asked: Asked<A> }>();
  useEffect(() => {
    if (!path) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = true;
    let day: unknown;
    const go = async () => {
      busy = true;
      day = live.view.peek();
      let asked: Asked<A>;
      try {
        asked = { state: "answered", answer: await answered<A>(path, stop.signal) };
      } catch (error) {
        asked = { state: "refused", sentence: (error as Error).message };
      }
      if (stop.signal.aborted) return;
      setKnown({ path, asked });
      busy = false;
      again();
    };
    const again = () => {
      if (busy || live.view.peek() === day) return;
      busy = true;
      timer = setTimeout(() => void go(), AGAIN_MS);
    };
    timer = setTimeout(() => void go(), REST_MS);
    const quiet = live.view.subscribe(again);
    return () => {
      stop.abort();
      clearTimeout(timer);
      quiet();
    };
  }, [path]);
  if (!path) return undefined;
  return known?.path === path ? known.asked : { state: "asking" };
}

/** What a change would do, with other ways; those who would move are marked on the timeline. */
export function useWhatIf(wanted: Wanted | undefined): Asked<WhatIf> | undefined {
  const asked = useAsked<WhatIf>(wanted && whatIfPath(wanted, true));
  useTouched(asked?.answer?.asked ?? undefined);
  return asked;
}

/** The same at once, and better as soon as the hub has looked longer. */
export function useThorough(wanted: Wanted): { asked: Asked<WhatIf> | undefined; looking: boolean } {
  const [found, setFound] = useState(false);
  const quick = useAsked<WhatIf>(found ? undefined : whatIfPath(wanted, true));
  const deep = useAsked<WhatIf>(whatIfPath(wanted, true, true));
  const isDeep = deep?.answer !== undefined;
  useEffect(() => setFound(isDeep), [isDeep]);
  const asked = isDeep ? deep : quick;
  useTouched(asked?.answer?.asked ?? undefined);
  return { asked, looking: !isDeep && deep?.state === "asking" && asked?.answer !== undefined };
}

export function useTouched(way: Way | undefined): void {
  useEffect(() => {
    touch(way);
    return () => touch(undefined);
  }, [way]);
}

function touch(way: Way | undefined): void {
  const moves: Way["moves"] = way?.moves ?? [];
  touched.value = new Set(moves.map((move) => move.booking_id));
}

/** What the service in the hand would do where it is now. */
export const dragged = signal<Asked<WhatIf> | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;
let stop = new AbortController();

export function askWhatIf(wanted: Wanted): void {
  forgetWhatIf();
  dragged.value = { state: "asking" };
  const mine = (stop = new AbortController()).signal;
  timer = setTimeout(() => void show(wanted, mine), REST_MS);
}

export function forgetWhatIf(): void {
  clearTimeout(timer);
  stop.abort();
  dragged.value = undefined;
  touch(undefined);
}

async function show(wanted: Wanted, mine: AbortSignal): Promise<void> {
  try {
    const answer = await answered<WhatIf>(whatIfPath(wanted, false), mine);
    if (mine.aborted) return;
    dragged.value = { state: "answered", answer };
    touch(answer.asked ?? undefined);
  } catch (error) {
    if (!mine.aborted) dragged.value = { state: "refused", sentence: (error as Error).message };
  }
}
