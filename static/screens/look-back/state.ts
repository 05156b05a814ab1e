/** Which day is looked at, and the hub's answer about it. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { ask, Refusal } from "@client/door";
import type { ProblemData } from "@client/live";

export type Days = ViewOf<"look-back">;
export type Told = ViewOf<"look-back-day">;
export type Found = NonNullable<Told["found"]>;
export type Row = Found["rows"][number];
export type Block = Row["went"][number];
export type Cost = Found["costs"][number];
export type Hit = Cost["hits"][number];

export const live = openView("look-back");

/** The day of the address; undefined: the latest. */
export const chosen = signal<string | undefined>(dayOfAddress());

/** Whose visit is marked in both pictures of the day. */
export const marked = signal<string | undefined>(undefined);

const PATIENCE_MS = 90_000; // a fresh process loads, reads the day and searches

export interface Asked {
  told?: Told;
  problem?: ProblemData;
}

/** Nothing in it: the best day is still looked for. */
export function useDay(day: string): Asked & { again: () => void } {
  const [asked, setAsked] = useState<Asked & { day?: string }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setAsked({});
    void answered(day, stop.signal).then((answer) => stop.signal.aborted || setAsked({ ...answer, day }));
    return () => stop.abort();
  }, [day, round]);
  return { ...(asked.day === day ? asked : {}), again: () => setRound(round + 1) };
}

async function answered(day: string, stop: AbortSignal): Promise<Asked> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    return { told: (await ask<{ view: Told }>(`/api/views/look-back-day?day=${day}`, { signal })).view };
  } catch (error) {
    if (error instanceof Refusal) return { problem: { code: error.code, status: error.status, params: error.params } };
    return { problem: { code: "unreachable" } };
  }
}

export function choose(day: string): void {
  chosen.value = day;
  marked.value = undefined;
  const url = new URL(location.href);
  url.searchParams.set("day", day);
  history.replaceState(null, "", url);
}

function dayOfAddress(): string | undefined {
  const given = new URLSearchParams(location.search).get("day");
  return given && /^\d{4}-\d{2}-\d{2}$/.test(given) ? given : undefined;
}
