import { effect, signal } from "@preact/signals";
import { t } from "@client/i18n";
import { connection } from "@client/connection";
import { Outbox, type Letter } from "@client/outbox";
import { ask, send, Unreachable } from "@client/door";
import { newId } from "@client/ids";
import { goToSignIn, onSignedOut } from "@client/session";
import { toast } from "@design";

/** Every tap lies on the device until the hub has it; the box outlives a reload and a day without Wi-Fi. */
export const outbox = signal<Outbox | undefined>(undefined);
const person = signal<string | undefined>(undefined);
// What is tapped before the device's storage has opened, which takes its time on a slow one, waits for it.
const opening = Outbox.open("salon-hub.technician", { heard: connection.heard });
void opening.then((opened) => (outbox.value = opened));
effect(() => outbox.value?.actAs(person.value));
onSignedOut((ended) => void leave(ended));

/** Where only a technician's sign-in has ended, the tablet is the salon's still, and its faces come back. */
async function leave(ended: boolean): Promise<void> {
  const isOut = () => goToSignIn(ended, kept());
  if (!ended) return isOut();
  try {
    await ask("/api/views/technician");
    location.reload();
  } catch (error) {
    if ((error as { status?: number }).status === 401) isOut();
    else location.reload();
  }
}

/** Everybody's letters on this device, and what was refused. */
function kept(): number {
  const box = outbox.value;
  if (!box) return 0;
  const ofOthers = [...box.ofOthers.value.values()].reduce((sum, each) => sum + each, 0);
  return box.waiting.value.length + box.conflicts.value.length + ofOthers;
}

/** Whose tablet this is now; nobody's until she has entered her PIN. */
export function actAs(technician: string | undefined): void {
  person.value = technician;
}

/** What never left the tablet is gone. What may have been done is undone behind it, however long the hub is out of reach. */
async function takeBack(id: string): Promise<void> {
  const box = await opening;
  if (await box.cancel(id)) return;
  const undo = { undo_command_id: id };
  const own = newId();
  const later = () => box.put("planning.undo", undo, { id: own, label: { id: "button-undo" }, undoes: id });
  try {
    if (box.waiting.value.some((letter) => letter.id === id)) await later();
    else await send("planning.undo", undo, { id: own });
  } catch (error) {
    if (error instanceof Unreachable) await later();
    else toast((error as Error).message, { tone: "alert" });
  }
}

/** A thumb that bounces: nobody means the same twice within this time, but five minutes more and five more. */
const BOUNCE_MS = 350;
const ADDS_UP = "visits.extend";
let last: { written: string; at: number; id: Promise<string> } | undefined;

/** Do it now; eight seconds to take it back. Resolves with the letter's id once it is safe on the device. */
export function tap(name: string, data: unknown, label: Letter["label"]): Promise<string> {
  const written = JSON.stringify([name, data]);
  const at = performance.now();
  if (name !== ADDS_UP && last?.written === written && at - last.at < BOUNCE_MS) return last.id;
  const id = post(name, data, label);
  last = { written, at, id };
  return id;
}

async function post(name: string, data: unknown, label: Letter["label"]): Promise<string> {
  const box = await opening;
  const id = await box.put(name, data, { label });
  toast(t(label.id, label.args), { undo: () => void takeBack(id) });
  return id;
}

/** Written down or signed: sent like a tap, and not taken back by one. */
export async function keep(name: string, data: unknown, label: Letter["label"]): Promise<void> {
  const box = await opening;
  await box.put(name, data, { label });
  toast(t(label.id, label.args));
}
