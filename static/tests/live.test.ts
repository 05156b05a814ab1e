import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HubClock } from "@client/clock";
import { Refusal } from "@client/door";
import type { StoreSettings } from "@client/format";
import { LiveConnection, type SocketLike, type ViewMessage } from "@client/live";

class FakeSocket implements SocketLike {
  connected = false;
  active = true;
  connects = 0;
  readonly sent: { event: string; body: { screen: string; params: unknown }; answer: (a: unknown) => void }[] = [];
  private readonly listeners = new Map<string, (...args: unknown[]) => void>();

  on(event: string, listener: (...args: never[]) => void): void {
    this.listeners.set(event, listener as (...args: unknown[]) => void);
  }

  emit(event: string, body: never, answer: never): void {
    this.sent.push({ event, body, answer });
  }

  connect(): void {
    this.connects += 1;
  }

  disconnect(): void {}

  hear(event: string, ...args: unknown[]): void {
    if (event === "connect") this.connected = true;
    if (event === "disconnect") this.connected = false;
    this.listeners.get(event)!(...args);
  }

  acknowledge(key = "k"): void {
    this.sent.at(-1)!.answer({ ok: true, key });
  }
}

function message(seq: number, view: unknown = `view ${seq}`, epoch = "e1", key = "k"): ViewMessage {
  return { screen: "desk", key, seq, epoch, at: "2026-06-03T06:05:00Z", view };
}

function beat(seq: number | undefined, epoch = "e1", key = "k") {
  return { now: "2026-06-03T06:05:03Z", speed: 1, epoch, seqs: seq === undefined ? {} : { [key]: seq } };
}

let socket: FakeSocket;
let live: LiveConnection;
let fetchView: ReturnType<typeof vi.fn<(screen: string, params: Record<string, unknown>) => Promise<ViewMessage>>>;
const signedOut = vi.fn();
const reload = vi.fn();
const engaged = vi.fn(() => false);
const texts = vi.fn();
const store = signal<StoreSettings>({ zone: "Asia/Shanghai", currency: "CNY" });

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  fetchView = vi.fn(() => new Promise<ViewMessage>(() => {}));
  signedOut.mockReset();
  reload.mockReset();
  texts.mockReset();
  live = new LiveConnection({
    socket,
    fetchView,
    steady: () => Date.now(),
    clock: new HubClock(() => Date.now(), () => Date.now()),
    store,
    texts,
    signedOut,
    reload,
    engaged,
  });
});
afterEach(() => vi.useRealTimers());

function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
  live.check();
}

describe("the first view", () => {
  it("is painted from HTTP before the socket is up", async () => {
    fetchView.mockResolvedValue(message(4));
    const desk = live.watch("desk");
    expect(desk.status.value).toBe("loading");
    await vi.waitFor(() => expect(desk.view.value).toBe("view 4"), { timeout: 20_000 });
    expect(desk.status.value).toBe("live");
  });

  it("does not replace a newer one from the socket", async () => {
    let answer!: (value: ViewMessage) => void;
    fetchView.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const desk = live.watch("desk");
    socket.hear("connect");
    socket.hear("view", message(9));
    answer(message(4));
    await vi.advanceTimersByTimeAsync(1);
    expect(desk.view.value).toBe("view 9");
  });

  it("tells why the hub refuses it, and retries on demand", async () => {
    fetchView.mockRejectedValue(new Refusal({ code: "forbidden", detail: "Not for you." }, 403));
    const desk = live.watch("desk");
    await vi.waitFor(() => expect(desk.status.value).toBe("error"), { timeout: 20_000 });
    expect(desk.problem.value).toMatchObject({ code: "forbidden", detail: "Not for you." });
    socket.hear("connect");
    desk.retry();
    socket.hear("view", message(1));
    expect(desk.status.value).toBe("live");
  });

  it("a hub that is busy is no reason for an error", async () => {
    fetchView.mockRejectedValue(new Refusal({ code: "unavailable" }, 503));
    const desk = live.watch("desk");
    await vi.advanceTimersByTimeAsync(10);
    expect(desk.status.value).toBe("loading");
  });

  it("a view that fails later shows it, keeps what it had, and comes back", () => {
    const desk = live.watch("desk");
    socket.hear("connect");
    socket.hear("view", message(1));
    socket.acknowledge();
    socket.hear("view_error", { screen: "desk", key: "k", problem: { code: "unexpected", status: 500 } });
    expect(desk.status.value).toBe("error");
    expect(desk.view.value).toBe("view 1");
    const before = socket.sent.length;
    for (let count = 0; count < 4; count += 1) socket.hear("beat", beat(undefined));
    expect(socket.sent.length).toBe(before + 1);
    socket.hear("view", message(1));
    expect(desk.status.value).toBe("live");
  });

  it("a refusal for good is not asked again with every beat", () => {
    const desk = live.watch("desk");
    socket.hear("connect");
    socket.sent.at(-1)!.answer({ ok: false, problem: { code: "forbidden", status: 403 } });
    const before = socket.sent.length;
    for (let count = 0; count < 9; count += 1) socket.hear("beat", beat(undefined));
    expect(socket.sent.length).toBe(before);
    expect(desk.status.value).toBe("error");
  });

  it("brings the store's zone and currency", () => {
    live.watch("desk");
    socket.hear("view", message(1, { store: { zone: "Europe/Berlin", currency: "EUR" } }));
    expect(store.value).toEqual({ zone: "Europe/Berlin", currency: "EUR" });
    socket.hear("view", message(2, { store: { zone: "Europe/Berlin", currency: "EUR", day_begins: "06:00" } }));
    expect(store.value).toEqual({ zone: "Europe/Berlin", currency: "EUR", day_begins: "06:00" });
  });
});

it("tells the version of the store's own words with every view that names its store", () => {
  live.watch("desk");
  socket.hear("view", message(1, { store: { zone: "Europe/Berlin", currency: "EUR", wording: "s/1" } }));
  socket.hear("view", message(2, { store: { zone: "Europe/Berlin", currency: "EUR", wording: null } }));
  socket.hear("view", message(3, {}));
  expect(texts.mock.calls).toEqual([["s/1"], [null]]);
});

describe("the order of views", () => {
  it("an older number of the same epoch is not shown", () => {
    const desk = live.watch("desk");
    socket.hear("view", message(7));
    socket.hear("view", message(6));
    expect(desk.view.value).toBe("view 7");
  });

  it("after a restore a lower number is the truth", () => {
    const desk = live.watch("desk");
    socket.hear("view", message(7));
    socket.hear("view", message(3, "restored", "e2"));
    expect(desk.view.value).toBe("restored");
  });

  it("views of other screens and other keys are left alone", () => {
    const desk = live.watch("desk");
    socket.hear("view", message(7));
    socket.hear("view", { ...message(8), screen: "kiosk" });
    socket.hear("view", message(9, "another audience", "e1", "other"));
    expect(desk.view.value).toBe("view 7");
  });

  it("after a change of parameters the old ones' late views are not taken", () => {
    const desk = live.watch("desk", { date: "2026-06-03" });
    socket.hear("connect");
    socket.acknowledge();
    socket.hear("view", message(7));
    desk.setParams({ date: "2026-06-04" });
    socket.hear("view", message(8, "yesterday's", "e1", "k"));
    expect(desk.view.value).toBe("view 7");
    socket.hear("view", message(8, "today's", "e1", "k2"));
    expect(desk.view.value).toBe("today's");
    socket.acknowledge("k2");
    socket.hear("view", message(9, "yesterday's again", "e1", "k"));
    expect(desk.view.value).toBe("today's");
    expect(socket.sent.map((each) => each.event)).toEqual(["watch", "unwatch", "watch"]);
  });

  it("parameters that come out as the same view keep it up to date", () => {
    const desk = live.watch("desk", { date: "today" });
    socket.hear("connect");
    socket.acknowledge();
    socket.hear("view", message(7));
    desk.setParams({ date: "2026-06-03" });
    socket.hear("view", message(8));
    socket.acknowledge("k");
    expect(desk.view.value).toBe("view 8");
    socket.hear("view", message(9));
    expect(desk.view.value).toBe("view 9");
  });

  it("two views of one screen do not take each other's", () => {
    const first = live.watch("desk", { date: "2026-06-03" });
    socket.hear("connect");
    socket.hear("view", message(7, "third", "e1", "k3"));
    socket.acknowledge("k3");
    const second = live.watch("desk", { date: "2026-06-04" });
    socket.hear("view", message(8, "third, newer", "e1", "k3"));
    expect(second.view.value).toBeUndefined();
    socket.hear("view", message(8, "fourth", "e1", "k4"));
    socket.acknowledge("k4");
    expect([first.view.value, second.view.value]).toEqual(["third, newer", "fourth"]);
  });

  it("a hub that names the view anew after its restart is followed", () => {
    const desk = live.watch("desk");
    socket.hear("connect");
    socket.hear("view", message(7));
    socket.acknowledge();
    socket.hear("disconnect");
    socket.hear("connect");
    socket.hear("view", message(8, "after the restart", "e1", "new"));
    socket.acknowledge("new");
    expect(desk.view.value).toBe("after the restart");
  });
});

describe("the heartbeat", () => {
  beforeEach(() => socket.hear("connect"));

  it("one beat ahead is a push on its way, two are a lost one", () => {
    live.watch("desk");
    socket.acknowledge();
    socket.hear("view", message(7));
    const before = socket.sent.length;
    socket.hear("beat", beat(8));
    expect(socket.sent.length).toBe(before);
    socket.hear("beat", beat(8));
    expect(socket.sent.length).toBe(before + 1);
  });

  it("a push that comes in between needs no asking", () => {
    live.watch("desk");
    socket.acknowledge();
    socket.hear("view", message(7));
    const before = socket.sent.length;
    socket.hear("beat", beat(8));
    socket.hear("view", message(8));
    socket.hear("beat", beat(9));
    expect(socket.sent.length).toBe(before);
  });

  it("another epoch asks at once", () => {
    live.watch("desk");
    socket.acknowledge();
    socket.hear("view", message(7));
    const before = socket.sent.length;
    socket.hear("beat", beat(7, "e2"));
    expect(socket.sent.length).toBe(before + 1);
  });

  it("a hub that forgot the watch is asked again", () => {
    live.watch("desk");
    socket.acknowledge();
    socket.hear("view", message(7));
    const before = socket.sent.length;
    socket.hear("beat", beat(undefined));
    socket.hear("beat", beat(undefined));
    expect(socket.sent.length).toBe(before + 1);
  });

  it("15 s of silence make it stale, the last good view stays, and a beat heals it", () => {
    const desk = live.watch("desk");
    socket.acknowledge();
    socket.hear("view", message(7));
    socket.hear("beat", beat(7));
    pass(14_000);
    expect(desk.status.value).toBe("live");
    pass(1_000);
    expect(desk.status.value).toBe("stale");
    expect(desk.silentFor()).toBe(15_000);
    expect(desk.view.value).toBe("view 7");
    socket.hear("beat", beat(7));
    expect(desk.status.value).toBe("live");
  });

  it("tells until when the view was true", () => {
    const desk = live.watch("desk");
    socket.hear("view", message(7));
    socket.hear("beat", beat(7));
    expect(desk.lastAt.value).toBe(Date.parse("2026-06-03T06:05:03Z"));
  });
});

describe("the connection", () => {
  it("a short break is nobody's concern, a longer one is offline", () => {
    const desk = live.watch("desk");
    socket.hear("connect");
    socket.hear("view", message(7));
    socket.hear("disconnect");
    pass(3_000);
    expect(desk.status.value).toBe("live");
    pass(1_500);
    expect(desk.status.value).toBe("offline");
    expect(desk.view.value).toBe("view 7");
  });

  it("a reconnect watches everything anew", () => {
    live.watch("desk");
    live.watch("kiosk");
    socket.hear("connect");
    expect(socket.sent.map((each) => each.body.screen)).toEqual(["desk", "kiosk"]);
    socket.hear("disconnect");
    socket.hear("connect");
    expect(socket.sent.length).toBe(4);
  });

  it("a watch without an answer is asked again", () => {
    live.watch("desk");
    socket.hear("connect");
    pass(6_100);
    expect(socket.sent.length).toBe(2);
    socket.acknowledge();
    pass(20_000);
    expect(socket.sent.length).toBe(2);
  });

  it("a closed view is neither asked for nor drawn", () => {
    const desk = live.watch("desk");
    desk.close();
    socket.hear("connect");
    socket.hear("view", message(1));
    expect(socket.sent.length).toBe(0);
    expect(desk.view.value).toBeUndefined();
  });

  it("a view closed before the hub answered is watched for nobody", () => {
    socket.hear("connect");
    const desk = live.watch("desk");
    desk.close();
    socket.sent.at(-1)!.answer({ ok: true, key: "k" });
    expect(socket.sent.map((each) => each.event)).toEqual(["watch", "unwatch"]);
  });

  it("closing one of two that share a view leaves it to the other", () => {
    socket.hear("connect");
    const first = live.watch("desk");
    socket.sent.at(-1)!.answer({ ok: true, key: "k" });
    live.watch("desk");
    socket.sent.at(-1)!.answer({ ok: true, key: "k" });
    first.close();
    expect(socket.sent.map((each) => each.event)).toEqual(["watch", "watch"]);
  });

  it("comes back by itself after the hub ended it", () => {
    socket.hear("connect");
    socket.active = false;
    socket.hear("disconnect");
    pass(1_100);
    expect(socket.connects).toBe(1);
  });

  it("signed out means the sign-in page", () => {
    socket.hear("connect");
    socket.hear("signed_out");
    expect(signedOut).toHaveBeenCalledOnce();
    live.watch("desk");
    socket.sent.at(-1)!.answer({ ok: false, problem: { code: "not_signed_in" } });
    expect(signedOut).toHaveBeenCalledTimes(2);
  });

  it("says to nobody who was shown nothing that something has ended", () => {
    socket.hear("connect");
    live.watch("desk");
    socket.sent.at(-1)!.answer({ ok: false, problem: { code: "not_signed_in" } });
    expect(signedOut).toHaveBeenLastCalledWith(false);
  });

  it("a beat tells why nothing can be changed, and when it can again", () => {
    socket.hear("beat", { ...beat(1), read_only: "disk_full" });
    expect(live.readOnly.value).toBe("disk_full");
    socket.hear("beat", { ...beat(1), read_only: null });
    expect(live.readOnly.value).toBe("");
  });

  it("a new build reloads the page, but not under a person's hands", () => {
    live.busy.value = true;
    socket.hear("reload");
    pass(5_000);
    expect(reload).not.toHaveBeenCalled();
    live.busy.value = false;
    engaged.mockReturnValue(true);
    pass(5_000);
    expect(reload).not.toHaveBeenCalled();
    engaged.mockReturnValue(false);
    pass(1_000);
    pass(1_000);
    expect(reload).toHaveBeenCalledOnce();
  });
});

describe("the hub's clock", () => {
  it("is read from the first view until a beat tells more exactly", async () => {
    const clock = new HubClock(() => Date.now(), () => 0);
    clock.begin(1_000_000);
    vi.advanceTimersByTime(2_000);
    expect(clock.now()).toBe(1_002_000);
    expect(clock.known).toBe(false);
    clock.set(900_000, 30);
    clock.begin(5_000_000);
    expect(clock.now()).toBe(900_000);
  });

  it("runs with the hub's speed, draws small differences in and never steps back", () => {
    let at = 0;
    const clock = new HubClock(() => at, () => 500_000);
    expect(clock.known).toBe(false);
    clock.set(1_000_000, 30);
    at = 1_000;
    expect(clock.now()).toBe(1_030_000);
    clock.set(1_029_000, 30);
    expect(clock.now()).toBe(1_030_000);
    at = 2_000;
    expect(clock.now()).toBe(1_059_800);
  });

  it("follows when the clock was set back", () => {
    let at = 0;
    const clock = new HubClock(() => at, () => 0);
    clock.set(10_000_000, 1);
    at = 1_000;
    clock.now();
    clock.set(2_000_000, 1);
    expect(clock.now()).toBe(2_000_000);
  });
});
