import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { HubClock } from "./clock";
import type { Refusal } from "./door";
import type { StoreSettings } from "./format";

/** loading: nothing to show yet. live: as the hub sees it. stale: connected, but the hub is silent. offline: no connection.
 *  error: the hub refused the view. In stale, offline and error the last good view stays. */
export type Status = "loading" | "live" | "stale" | "offline" | "error";

const KEPT = ["zone", "currency", "day_begins"] as const;

/** One whole view, as pushed by `view` and answered at /api/views/{screen}. */
export interface ViewMessage {
  screen: string;
  /** The subscription that the view belongs to; beats name it. */
  key: string;
  seq: number;
  /** Changes when the store was restored from a backup: then old numbers mean nothing. */
  epoch: string;
  /** ISO time, on the hub's clock, at which the view was read. */
  at: string;
  view: unknown;
}

export interface Beat {
  now: string;
  speed: number;
  epoch: string;
  seqs: Record<string, number>;
  /** Why the hub takes nothing new; null while it does. */
  read_only?: string | null;
}

export interface ProblemData {
  code: string;
  status?: number;
  detail?: string;
  params?: Record<string, unknown>;
}

type WatchAnswer = { ok: true; key: string } | { ok: false; problem?: ProblemData };

/** The hub could not compute a watched view; it goes on trying and will push. */
interface ViewError {
  screen: string;
  key: string;
  problem: ProblemData;
}

/** What of a Socket.IO socket is used; tests bring their own. */
export interface SocketLike {
  connected: boolean;
  /** False when the server refused and the client will not try again by itself. */
  active: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

export interface LivePorts {
  socket: SocketLike;
  /** The first paint, before the socket is up. */
  fetchView: (screen: string, params: Record<string, unknown>) => Promise<ViewMessage>;
  /** Hears the version of the store's own words with every view. */
  texts: (version: string | null) => unknown;
  /** Milliseconds on a clock that only runs forward. */
  steady: () => number;
  clock: HubClock;
  store: Signal<StoreSettings>;
  /** `ended`: somebody was signed in here until now. */
  signedOut: (ended: boolean) => void;
  reload: () => void;
  /** Whether somebody is in the middle of something that a reload would lose. */
  engaged: () => boolean;
}

/** Figures of the heartbeat, which comes every 3 s. */
export const STALE_AFTER_MS = 15_000;
export const OFFLINE_AFTER_MS = 4_000; // a reconnect within it is nobody's concern
export const CHECK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 6_000;
const MISSED_BEATS = 2;
/** After a refusal that may pass, ask again with every fourth beat. */
const REFUSED_BEATS = 4;

const SIGNED_OUT = "not_signed_in";

function mayPass({ status = 500 }: ProblemData): boolean {
  return status === 429 || status >= 500;
}

export function isForbidden({ status, code }: ProblemData): boolean {
  return status === 403 || code === "forbidden";
}

export interface LiveView<V> {
  view: ReadonlySignal<V | undefined>;
  status: ReadonlySignal<Status>;
  /** Why the hub refused; set while `status` is "error". */
  problem: ReadonlySignal<ProblemData | undefined>;
  /** The hub's time in milliseconds when it last confirmed what is shown. */
  lastAt: ReadonlySignal<number | undefined>;
  /** Milliseconds, on the wall and not on the hub's clock, since the hub was last heard. */
  silentFor(): number;
  /** Look at something else on the same screen: another day, another technician. */
  setParams(params: Record<string, unknown>): void;
  /** Ask again, as the way out of an error. */
  retry(): void;
  close(): void;
}

/** One watched screen: which view is held, and whether it is still true. */
class Watch {
  readonly view = signal<unknown>(undefined);
  readonly problem = signal<ProblemData | undefined>(undefined);
  readonly lastAt = signal<number | undefined>(undefined);
  key: string | undefined;
  seq = -1;
  epoch: string | undefined;
  /** Beats in a row that said that something newer exists, or that did not know this watch. */
  behind = 0;
  /** Counts requests, so that an answer to an old one is not taken for an answer to the last. */
  asked = 0;
  /** The hub has answered the last request, and so told the key. */
  answered = false;
  /** Views of this screen under other keys that came before the answer: one of them may be ours. */
  readonly early = new Map<string, ViewMessage>();

  constructor(
    readonly screen: string,
    public params: Record<string, unknown>,
  ) {}

  isNewer(message: ViewMessage): boolean {
    return message.epoch !== this.epoch || message.seq >= this.seq;
  }

  take(message: ViewMessage): void {
    this.key = message.key;
    this.seq = message.seq;
    this.epoch = message.epoch;
    this.behind = 0;
    this.problem.value = undefined;
    this.view.value = message.view;
    this.lastAt.value = Date.parse(message.at);
  }

  forget(): void {
    this.key = undefined;
    this.seq = -1;
    this.epoch = undefined;
  }
}

/** One connection to the hub, shared by everything that the page watches. A reconnect is the same as a first connect. */
export class LiveConnection {
  private readonly watches = new Set<Watch>();
  private readonly connected = signal(false);
  private readonly lostAt = signal<number | undefined>(undefined);
  private readonly heardAt = signal<number | undefined>(undefined);
  private readonly checkedAt = signal(0);
  /** While true a new build waits: the person in front of the screen is in the middle of something. */
  readonly busy = signal(false);
  /** Why the hub takes nothing new; empty while it does. */
  readonly readOnly = signal("");
  private reloadWaits = false;
  /** Keys that the page has left: their last pushes may still be on the way. */
  private readonly left = new Set<string>();

  constructor(private readonly ports: LivePorts) {
    const { socket } = ports;
    this.lostAt.value = ports.steady();
    socket.on("connect", () => this.onConnect());
    socket.on("disconnect", () => this.onLost());
    socket.on("connect_error", (error: Error & { data?: ProblemData }) => this.onRefused(error.data));
    socket.on("view", (message: ViewMessage) => this.onView(message));
    socket.on("view_error", (error: ViewError) => this.onViewError(error));
    socket.on("beat", (beat: Beat) => this.onBeat(beat));
    socket.on("signed_out", () => ports.signedOut(true));
    socket.on("reload", () => {
      this.reloadWaits = true;
      this.check();
    });
  }

  /** When the hub was last heard, by `steady`; changes with every connect and every beat. */
  get heard(): ReadonlySignal<number | undefined> {
    return this.heardAt;
  }

  watch<V>(screen: string, params: Record<string, unknown> = {}): LiveView<V> {
    const watch = new Watch(screen, params);
    this.watches.add(watch);
    this.request(watch);
    return {
      view: watch.view as ReadonlySignal<V | undefined>,
      problem: watch.problem,
      lastAt: watch.lastAt,
      status: computed(() => this.statusOf(watch)),
      silentFor: () => this.ports.steady() - (this.heardAt.value ?? this.ports.steady()),
      setParams: (next) => {
        watch.params = next;
        this.leave(watch);
        watch.forget();
        this.request(watch);
      },
      retry: () => {
        watch.problem.value = undefined;
        this.request(watch);
        if (!this.ports.socket.connected) this.ports.socket.connect();
      },
      close: () => {
        this.watches.delete(watch);
        this.leave(watch);
      },
    };
  }

  /** Called every second: time alone makes a screen stale, and a refused socket tries again. */
  check(): void {
    this.checkedAt.value = this.ports.steady();
    if (this.reloadWaits && !this.busy.value && !this.ports.engaged()) {
      this.reloadWaits = false;
      this.ports.reload();
    }
  }

  private statusOf(watch: Watch): Status {
    const now = Math.max(this.checkedAt.value, this.ports.steady());
    if (watch.problem.value) return "error";
    const lost = this.lostAt.value;
    const away = !this.connected.value && lost !== undefined && now - lost >= OFFLINE_AFTER_MS;
    if (away) return "offline";
    if (watch.view.value === undefined) return "loading";
    const heard = this.heardAt.value;
    return heard === undefined || now - heard < STALE_AFTER_MS ? "live" : "stale";
  }

  private onConnect(): void {
    batch(() => {
      this.connected.value = true;
      this.lostAt.value = undefined;
      this.heardAt.value = this.ports.steady();
    });
    for (const watch of this.watches) this.subscribe(watch);
  }

  private onLost(): void {
    this.connected.value = false;
    this.lostAt.value ??= this.ports.steady();
    // The server itself ended the connection: Socket.IO then leaves it to us to come back.
    if (!this.ports.socket.active) setTimeout(() => this.ports.socket.connect(), 1_000);
  }

  /** Whether somebody was signed in at this page: they have been shown something. A socket connects for strangers as well. */
  private wasHere(): boolean {
    return [...this.watches].some((watch) => watch.view.peek() !== undefined);
  }

  private onRefused(problem: ProblemData | undefined): void {
    this.lostAt.value ??= this.ports.steady();
    if (problem?.code === SIGNED_OUT) this.ports.signedOut(this.wasHere());
    else if (!this.ports.socket.active) setTimeout(() => this.ports.socket.connect(), 3_000);
  }

  private request(watch: Watch): void {
    if (this.ports.socket.connected) this.subscribe(watch);
    else void this.fetchFirst(watch);
  }

  /** Tell the hub that nobody here looks at this view any more. */
  private leave(watch: Watch): void {
    const { key } = watch;
    if (key !== undefined) this.left.add(key);
    const shared = [...this.watches].some((each) => each !== watch && each.key === key);
    if (key !== undefined && !shared && this.ports.socket.connected) this.ports.socket.emit("unwatch", { key });
  }

  private subscribe(watch: Watch): void {
    watch.asked += 1;
    watch.answered = false;
    watch.behind = 0;
    watch.early.clear();
    const ask = watch.asked;
    const answered = (answer: WatchAnswer) => {
      if (!this.watches.has(watch) && answer.ok) {
        watch.key = answer.key; // closed before the hub answered: it watches for nobody
        return this.leave(watch);
      }
      if (ask !== watch.asked || !this.watches.has(watch)) return;
      watch.answered = true;
      if (!answer.ok) return this.refused(watch, answer.problem ?? { code: "unknown" });
      watch.key = answer.key;
      this.left.delete(answer.key);
      const early = watch.early.get(answer.key);
      if (early && watch.isNewer(early)) this.show(watch, early);
      watch.early.clear();
    };
    this.ports.socket.emit("watch", { screen: watch.screen, params: watch.params }, answered);
    setTimeout(() => {
      const silent = ask === watch.asked && !watch.answered && this.watches.has(watch);
      if (silent && this.ports.socket.connected) this.subscribe(watch);
    }, ANSWER_WITHIN_MS);
  }

  private async fetchFirst(watch: Watch): Promise<void> {
    const { asked } = watch;
    try {
      const message = await this.ports.fetchView(watch.screen, watch.params);
      if (asked === watch.asked || watch.view.value === undefined) this.onView(message);
    } catch (error) {
      const refusal = error as Partial<Refusal>;
      // Silence is no answer: the socket goes on trying. A busy hub will answer the socket, too.
      if (refusal.status === undefined || refusal.status >= 500 || refusal.status === 429) return;
      if (asked === watch.asked) {
        this.refused(watch, { code: refusal.code ?? "unknown", detail: refusal.message, params: refusal.params });
      }
    }
  }

  private refused(watch: Watch, problem: ProblemData): void {
    if (problem.code === SIGNED_OUT) this.ports.signedOut(this.wasHere());
    watch.problem.value = problem;
  }

  private onViewError({ screen, key, problem }: ViewError): void {
    for (const watch of this.watches) {
      if (watch.screen === screen && watch.key === key) watch.problem.value = problem;
    }
  }

  private onView(message: ViewMessage): void {
    for (const watch of this.watches) {
      if (watch.screen !== message.screen) continue;
      const isOurs = watch.key === message.key || (watch.key === undefined && !this.isHeldElsewhere(message));
      // A changed page of the same screen: late views of the old key come before the hub's answer, which names the new one.
      if (isOurs && watch.isNewer(message)) this.show(watch, message);
      else if (!watch.answered) watch.early.set(message.key, message);
    }
  }

  private isHeldElsewhere({ key, screen }: ViewMessage): boolean {
    return this.left.has(key) || [...this.watches].some((watch) => watch.screen === screen && watch.key === key);
  }

  private show(watch: Watch, message: ViewMessage): void {
    batch(() => {
      const store = (message.view as { store?: StoreSettings & { wording?: string | null } } | null)?.store;
      if (store) this.ports.texts(store.wording ?? null);
      const settings = this.ports.store.value;
      if (store?.zone && KEPT.some((each) => store[each] !== settings[each])) {
        const { zone, currency, day_begins } = store;
        this.ports.store.value = { zone, currency, ...(day_begins && { day_begins }) };
      }
      this.ports.clock.begin(Date.parse(message.at));
      watch.take(message);
    });
  }

  private onBeat(beat: Beat): void {
    const now = Date.parse(beat.now);
    batch(() => {
      this.ports.clock.set(now, beat.speed);
      this.readOnly.value = beat.read_only ?? "";
      this.heardAt.value = this.ports.steady();
      this.checkedAt.value = this.ports.steady();
      for (const watch of this.watches) this.compare(watch, beat, now);
    });
  }

  /** A push may be lost or still on its way; only a watch that stays behind asks for its view again. */
  private compare(watch: Watch, beat: Beat, now: number): void {
    const newest = watch.key === undefined ? undefined : beat.seqs[watch.key];
    const isKnown = newest !== undefined && newest <= watch.seq && beat.epoch === watch.epoch;
    if (isKnown && !watch.problem.value) {
      watch.behind = 0;
      watch.lastAt.value = now;
      return;
    }
    watch.behind += 1;
    const problem = watch.problem.value;
    if (problem) {
      if (mayPass(problem) && watch.behind >= REFUSED_BEATS) this.subscribe(watch);
      return;
    }
    const restored = watch.epoch !== undefined && beat.epoch !== "" && beat.epoch !== watch.epoch;
    if (restored || watch.behind >= MISSED_BEATS) this.subscribe(watch);
  }
}

