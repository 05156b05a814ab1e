/** Commands of the desk: said at once, and taken back within 8 seconds where the hub can. */
import { signal } from "@preact/signals";
import type { CommandName } from "@client/api";
import { Refusal, send } from "@client/door";
import { type Args, say } from "@client/i18n";
import { newId } from "@client/ids";
import { toast } from "@design";
import { live } from "./desk_state";
import { nameOf } from "./names";
import { commandOf } from "./panel/commands";
import type { Booking, View } from "./types";
import { t } from "./words";

/** What is on its way to the hub, so that a second press is no second action. */
export const working = signal<ReadonlySet<string>>(new Set());

/** What the hub takes back: see `undoable` of the view. The rest is mended with its own opposite. */
const FINAL = new Set(["planning.undo", "planning.replan", "visits.ask_help", "visits.answer_help", "visits.recall_customer", "visits.record_consultation", "visits.note_allergy"]);
/** The list's answers went to a customer already; what somebody has signed stays signed. */
const FINAL_DOMAINS = ["waitlist.", "forms."];

type Step = View["undoable"][number];

export interface Done {
  /** A text's id and its arguments. */
  did: string;
  args?: Args;
}

/** The hub's answer; undefined where it was refused, and its sentence has been shown. */
export async function act(name: string, data: Record<string, unknown>, done: Done): Promise<object | undefined> {
  const answer = await attempt(name, data, done, NOTHING);
  return typeof answer === "object" ? answer : undefined;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Like `act`; a refusal whose code stands in `outdated` is the caller's business. */
export async function attempt(
  name: string,
  data: Record<string, unknown>,
  done: Done,
  outdated: ReadonlySet<string>,
): Promise<"refused" | "outdated" | object> {
  const key = keyOf(name, data);
  if (working.value.has(key)) return "refused";
  working.value = new Set([...working.value, key]);
  const id = newId();
  try {
    const { result } = await send(name as CommandName, data as never, { id });
    note(id);
    toast(t(done.did, done.args ?? {}), FINAL.has(name) || FINAL_DOMAINS.some((domain) => name.startsWith(domain)) ? {} : { undo: () => void undo(id) });
    return (result as object | null) ?? {};
  } catch (error) {
    if (error instanceof Refusal && outdated.has(error.code)) return "outdated";
    toast((error as Error).message, { tone: "alert" });
    return "refused";
  } finally {
    working.value = new Set([...working.value].filter((each) => each !== key));
  }
}

/** What `working` holds while this command is on its way. */
export function keyOf(name: string, data: Record<string, unknown>): string {
  return `${name}|${JSON.stringify(data)}`;
}

/** What needs no more than a press. */
export function doTo(booking: Booking, action: string): Promise<object | undefined> {
  const { command, data } = commandOf(action, booking);
  return act(command, data, { did: `did-${action.replaceAll("_", "-")}`, args: { name: nameOf(booking) } });
}

export async function undo(commandId: string): Promise<void> {
  // Whose step it was, another one at the desk may not know.
  const step = live.view.value?.undoable.find((each: { command_id: string }) => each.command_id === commandId);
  await act("planning.undo", { undo_command_id: commandId }, step ? { did: "did-undo-step", args: { what: say(step.said) } } : { did: "did-undo" });
}

/** Steps taken at this page, also before it was loaded again. */
const OWN = "salon-desk-steps";
const OWN_MOST = 30;

function own(): string[] {
  return (sessionStorage.getItem(OWN) ?? "").split(" ");
}

function note(id: string): void {
  sessionStorage.setItem(OWN, [...own(), id].slice(-OWN_MOST).join(" "));
}

/** The newest step of this page that the hub still takes back: nobody takes back blindly what somebody else has just done. */
export function ownStep(view: View): Step | undefined {
  const ids = own();
  return view.undoable.find((step: Step) => ids.includes(step.command_id));
}

/** Ctrl+Z. */
export async function undoLast(): Promise<void> {
  const step = live.view.value && ownStep(live.view.value);
  if (!step) return void toast(t("undo-none"));
  await undo(step.command_id);
  // What could not be taken back is not tried for ever.
  sessionStorage.setItem(OWN, own().filter((id) => id !== step.command_id).join(" "));
}
