/** Accept exactly what was shown, or say that the world has moved on. */
import { ask } from "@client/door";
import { toast } from "@design";
import { act, attempt, type Done, keyOf } from "./act";
import { type Asked, type Way, type WhatIf, whatIfPath, type WhyNot } from "./asking";
import { type Asking, open } from "./desk_state";
import { t } from "./words";

const OUTDATED = new Set(["proposal_gone", "moved_on", "slot_taken"]);

export interface Accept {
  /** Where the same question can be asked again. */
  path: string;
  done: Done;
  command?: string;
  more?: Record<string, unknown>;
}

/** The hub's answer; undefined where nothing was done, and why has been said. Where the day has moved on since it was shown,
 *  once more if nobody is worse off than shown. */
export async function takeWay(way: Way, { path, done, command = "planning.accept_proposal", more = {} }: Accept): Promise<object | undefined> {
  const accept = (id: string) => attempt(command, { proposal_id: id, ...more }, done, OUTDATED);
  let answer = await accept(way.id);
  if (answer === "outdated") {
    const fresh = await renewed(path, way);
    answer = fresh ? await accept(fresh.id) : "outdated";
  }
  if (answer === "outdated") toast(t("what-if-outdated"), { tone: "alert" });
  return typeof answer === "object" ? answer : undefined;
}

const LONG_WAIT_MS = 30 * 60_000;
const DOUBLE_MS = 600; // so long after a press the next one is still the same
const decided = new Set<string>();

/** One tap: what was shown is done; what has not been answered yet is done without it; what has moved on is looked at again,
 *  and so is a way that would keep somebody waiting for long. */
export async function decide(asking: Asking, asked: Asked<WhatIf> | undefined): Promise<void> {
  const key = keyOf(asking.command, asking.data);
  if (decided.has(key)) return;
  decided.add(key);
  try {
    // What has been opened meanwhile is somebody's next step already.
    if (!(await isDone(asking, asked))) open.value ??= { what: "ways", asking };
  } finally {
    setTimeout(() => decided.delete(key), DOUBLE_MS);
  }
}

async function isDone({ wanted, command, data, done, here, more = {} }: Asking, asked: Asked<WhatIf> | undefined): Promise<boolean> {
  const way = asked?.answer?.asked;
  if (!way) {
    await act(command, data, done);
    return true;
  }
  if (way.start && here && Date.parse(way.start) - here > LONG_WAIT_MS) return false;
  return (await takeWay(way, { path: whatIfPath(wanted, true), done, more })) !== undefined;
}

/** The same way in today's light, where it still does no more to anybody. */
async function renewed(path: string, way: Way): Promise<Way | undefined> {
  try {
    const { view } = await ask<{ view: Partial<WhatIf & WhyNot> }>(path);
    const ways: (Way | null | undefined)[] = [view.asked, view.way, ...((view.others as Way[] | undefined) ?? [])];
    return ways.find((each) => each && isNoWorse(each, way)) ?? undefined;
  } catch {
    return undefined;
  }
}

function isNoWorse(fresh: Way, shown: Way): boolean {
  return (
    fresh.start === shown.start &&
    fresh.technician?.en === shown.technician?.en &&
    fresh.broken <= shown.broken &&
    fresh.late <= shown.late &&
    fresh.unserved <= shown.unserved &&
    fresh.cancelled === shown.cancelled &&
    fresh.moves.length <= shown.moves.length
  );
}
