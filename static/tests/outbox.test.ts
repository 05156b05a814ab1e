import { signal } from "@preact/signals";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal, Unreachable, type Answer } from "@client/door";
import { Outbox, type Sender } from "@client/outbox";

/** A hub that can be cut off: it does each id once, as the door does. */
class Hub {
  online = true;
  /** The command arrives, its answer is lost. */
  deaf = false;
  refuse = new Map<string, Refusal>();
  readonly done: string[] = [];
  readonly asked: string[] = [];
  readonly senders: (string | undefined)[] = [];
  private readonly ids = new Set<string>();

  readonly send: Sender = async (name, id, _data, by): Promise<Answer<unknown>> => {
    this.asked.push(name);
    if (!this.online) throw new Unreachable();
    const refusal = this.refuse.get(name);
    if (refusal) throw refusal;
    const repeated = this.ids.has(id);
    this.ids.add(id);
    if (!repeated) this.done.push(name);
    if (!repeated) this.senders.push(by);
    if (this.deaf) throw new Unreachable();
    return { seq: this.done.length, result: {}, repeated };
  };
}

let hub: Hub;
let opened: Outbox[];
const label = { id: "button-done" };

async function open(delivered?: () => void): Promise<Outbox> {
  const outbox = await Outbox.open("tablet", { sender: hub.send, delivered });
  opened.push(outbox);
  return outbox;
}

/** The page is gone, the device stays. */
function reload(outbox: Outbox): Promise<Outbox> {
  outbox.close();
  return open();
}

async function settled(outbox: Outbox): Promise<void> {
  await vi.waitFor(() => expect(outbox.waiting.value).toEqual([]), { timeout: 20_000 });
}

beforeEach(() => {
  indexedDB = new IDBFactory();
  hub = new Hub();
  opened = [];
});
afterEach(() => opened.forEach((outbox) => outbox.close()));

describe("the outbox", () => {
  it("takes back what may have been done behind it, and nothing where that was refused", async () => {
    hub.online = false;
    hub.refuse.set("finish", new Refusal({ code: "service_not_running" }, 409));
    const outbox = await open();
    for (const name of ["start", "finish"]) {
      const id = await outbox.put(name, {}, { label });
      if (name === "start") await vi.waitFor(() => expect(outbox.cutOff.value).toBe(true));
      if (name === "start") expect(await outbox.cancel(id)).toBe(false);
      await outbox.put(`undo ${name}`, { undo_command_id: id }, { label, undoes: id });
    }
    hub.online = true;
    outbox.kick();
    await settled(outbox);
    expect(hub.done).toEqual(["start", "undo start"]);
    expect(outbox.conflicts.value.map(({ name }) => name)).toEqual(["finish"]);
    expect((await reload(outbox)).waiting.value).toEqual([]);
  });

  it("sends in the order of the taps and keeps nothing that is acknowledged", async () => {
    const delivered = vi.fn();
    const outbox = await open(delivered);
    await Promise.all(["ready", "start", "finish"].map((name) => outbox.put(name, {}, { label })));
    await settled(outbox);
    expect(hub.done).toEqual(["ready", "start", "finish"]);
    expect(delivered).toHaveBeenCalledTimes(3);
    expect((await reload(outbox)).waiting.value).toEqual([]);
  });

  it("keeps ten taps of an hour offline and sends them once the hub is back", async () => {
    hub.online = false;
    const outbox = await open();
    const names = Array.from({ length: 10 }, (_, index) => `tap-${index}`);
    for (const name of names) await outbox.put(name, {}, { label });
    expect(outbox.waiting.value.map((letter) => letter.name)).toEqual(names);
    await vi.waitFor(() => expect(outbox.cutOff.value).toBe(true), { timeout: 20_000 });
    hub.online = true;
    outbox.kick();
    await settled(outbox);
    expect(hub.done).toEqual(names);
    expect(outbox.cutOff.value).toBe(false);
  });

  it("comes back by itself, whatever the browser believes about the network", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    hub.online = false;
    const outbox = await open();
    await outbox.put("start", {}, { label });
    hub.online = true;
    await settled(outbox);
    expect(hub.done).toEqual(["start"]);
  });

  it("sends as soon as the hub is heard again, however long it was away", async () => {
    hub.online = false;
    const heard = signal(0);
    const outbox = await Outbox.open("tablet", { sender: hub.send, heard });
    opened.push(outbox);
    await outbox.put("start", {}, { label });
    await vi.waitFor(() => expect(outbox.cutOff.value).toBe(true), { timeout: 20_000 });
    await vi.waitFor(() => expect(hub.asked.length).toBe(3), { timeout: 20_000 });
    hub.online = true;
    heard.value += 1;
    await vi.waitFor(() => expect(hub.done).toEqual(["start"]), { timeout: 1_000 });
    heard.value += 1;
    expect(hub.asked).toHaveLength(4);
  });

  it("survives a reload while offline, in order", async () => {
    hub.online = false;
    const before = await open();
    await before.put("ready", { visit: "1" }, { label });
    await before.put("start", { visit: "1" }, { label });
    const after = await reload(before);
    expect(after.waiting.value.map((letter) => letter.name)).toEqual(["ready", "start"]);
    hub.online = true;
    after.kick();
    await settled(after);
    expect(hub.done).toEqual(["ready", "start"]);
  });

  it("sends a lost answer's command again with its id, so that it is done once", async () => {
    hub.deaf = true;
    const outbox = await open();
    await outbox.put("start", {}, { label });
    await vi.waitFor(() => expect(outbox.cutOff.value).toBe(true), { timeout: 20_000 });
    hub.deaf = false;
    const after = await reload(outbox);
    await settled(after);
    expect(hub.asked).toEqual(["start", "start"]);
    expect(hub.done).toEqual(["start"]);
  });

  it("a refusal becomes a conflict that stays until it was seen, and does not hold up the rest", async () => {
    hub.refuse.set("start", new Refusal({ code: "conflict", detail: "Somebody else has started." }, 409));
    const outbox = await open();
    const id = await outbox.put("start", {}, { label });
    await outbox.put("finish", {}, { label });
    await settled(outbox);
    expect(hub.done).toEqual(["finish"]);
    const after = await reload(outbox);
    expect(after.conflicts.value).toHaveLength(1);
    expect(after.conflicts.value[0]!.refused).toMatchObject({ code: "conflict", detail: "Somebody else has started." });
    await after.dismiss(id);
    expect((await reload(after)).conflicts.value).toEqual([]);
  });

  it("a conflict can be sent again as a new command", async () => {
    hub.refuse.set("start", new Refusal({ code: "conflict" }, 409));
    const outbox = await open();
    const id = await outbox.put("start", {}, { label });
    await settled(outbox);
    hub.refuse.clear();
    await outbox.again(id);
    await settled(outbox);
    expect(hub.done).toEqual(["start"]);
    expect(outbox.conflicts.value).toEqual([]);
  });

  it.each([401, 429, 500, 503])("status %i waits and keeps the order", async (status) => {
    hub.refuse.set("start", new Refusal({ code: "later" }, status));
    const outbox = await open();
    await outbox.put("start", {}, { label });
    await outbox.put("finish", {}, { label });
    await vi.waitFor(() => expect(hub.asked).toEqual(["start"]), { timeout: 20_000 });
    expect(outbox.conflicts.value).toEqual([]);
    hub.refuse.clear();
    outbox.kick();
    await settled(outbox);
    expect(hub.done).toEqual(["start", "finish"]);
  });

  it("what never left can be taken back", async () => {
    const outbox = await open();
    const id = await outbox.put("finish", {}, { label, holdMs: 8_000 });
    expect(hub.asked).toEqual([]);
    expect(await outbox.cancel(id)).toBe(true);
    expect((await reload(outbox)).waiting.value).toEqual([]);
    expect(hub.asked).toEqual([]);
  });

  it("what may have arrived cannot be taken back", async () => {
    hub.deaf = true;
    const outbox = await open();
    const id = await outbox.put("finish", {}, { label });
    await vi.waitFor(() => expect(outbox.cutOff.value).toBe(true), { timeout: 20_000 });
    expect(await outbox.cancel(id)).toBe(false);
    expect(await (await reload(outbox)).cancel(id)).toBe(false);
  });

  it("a held letter goes when its time is over, and those behind it wait", async () => {
    const outbox = await open();
    await outbox.put("finish", {}, { label, holdMs: 120 });
    await outbox.put("ready", {}, { label });
    expect(hub.asked).toEqual([]);
    await settled(outbox);
    expect(hub.done).toEqual(["finish", "ready"]);
  });

  it("sends nobody's taps in another's name, and each person's when she is back", async () => {
    hub.online = false;
    const before = await open();
    before.actAs("amy");
    await before.put("start", {}, { label });
    await before.put("finish", {}, { label });
    const after = await reload(before);
    hub.online = true;
    expect(after.waiting.value).toEqual([]);
    expect(after.ofOthers.value).toEqual(new Map([["amy", 2]]));
    after.actAs("ben");
    await after.put("rest", {}, { label });
    await settled(after);
    expect(hub.done).toEqual(["rest"]);
    after.actAs("amy");
    await settled(after);
    expect(hub.done).toEqual(["rest", "start", "finish"]);
    expect(hub.senders).toEqual(["ben", "amy", "amy"]);
    expect(after.ofOthers.value.size).toBe(0);
  });

  it.each(["shut", "full"])("loses no tap when the open storage is %s, and sends on", async (fault) => {
    hub.online = false;
    const outbox = await open();
    await outbox.put("start", {}, { label });
    const real = IDBDatabase.prototype.transaction;
    const lost = new Set<IDBDatabase>();
    const spy = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...args) {
      if (lost.size === 0) lost.add(this);
      if (fault === "full" || lost.has(this)) throw new DOMException("gone", "InvalidStateError");
      return real.apply(this, args as Parameters<typeof real>);
    });
    await outbox.put("finish", {}, { label });
    expect(outbox.durable).toBe(fault === "shut");
    if (fault === "shut") expect((await reload(outbox)).waiting.value.map(({ name }) => name)).toEqual(["start", "finish"]);
    hub.online = true;
    opened.at(-1)!.kick();
    await settled(opened.at(-1)!);
    expect(hub.done).toEqual(["start", "finish"]);
    spy.mockRestore();
  });

  it("sends nothing again of what was settled after the device was full", async () => {
    hub.online = false;
    const outbox = await open();
    for (const name of ["start", "extend"]) await outbox.put(name, {}, { label });
    const full = ["add", "put"].map((what) =>
      vi.spyOn(IDBObjectStore.prototype, what as "add").mockImplementation(() => {
        throw new DOMException("full", "QuotaExceededError");
      }),
    );
    await outbox.put("finish", {}, { label });
    hub.online = true;
    hub.refuse.set("extend", new Refusal({ code: "service_not_running" }, 409));
    outbox.kick();
    await settled(outbox);
    await outbox.dismiss(outbox.conflicts.value[0]!.id);
    expect(hub.done).toEqual(["start", "finish"]);
    full.forEach((spy) => spy.mockRestore());
    hub.refuse.clear();
    await new Promise((resolve) => setTimeout(resolve, 50)); // fake-indexeddb writes in turns of its own
    await settled(await reload(outbox));
    expect(hub.asked.filter((name) => name === "extend")).toHaveLength(1);
    expect(hub.done).toEqual(["start", "finish"]);
  });

  it("says so where the browser keeps nothing", async () => {
    indexedDB = { open: () => { throw new Error("forbidden"); } } as unknown as IDBFactory;
    const outbox = await open();
    expect(outbox.durable).toBe(false);
    await outbox.put("start", {}, { label });
    await settled(outbox);
    expect(hub.done).toEqual(["start"]);
  });
});
