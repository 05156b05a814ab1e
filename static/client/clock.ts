import { signal } from "@preact/signals";

/** Beats travel and wait, so a small difference is drawn in slowly; a large one means that the clock was set. */
const JUMP_MS = 3_000;
const DRAW_IN = 0.2;

/** The hub's clock as this browser knows it. It may run faster than a wall clock (a demo), and it never steps back. */
export class HubClock {
  private base: number;
  private at: number;
  private speed = 1;
  private shown = Number.NEGATIVE_INFINITY;
  private heard = false;

  constructor(
    private readonly steady: () => number = () => performance.now(),
    wall: () => number = Date.now,
  ) {
    this.base = wall();
    this.at = steady();
  }

  /** Whether the hub has told its time yet; before that the device's own clock serves. */
  get known(): boolean {
    return this.heard;
  }

  private estimate(): number {
    return this.base + (this.steady() - this.at) * this.speed;
  }

  /** Milliseconds since 1970 on the hub's clock. */
  now(): number {
    this.shown = Math.max(this.shown, this.estimate());
    return this.shown;
  }

  /** Begin from the moment at which a first view was read: until the first beat that is nearer than the device's own clock. */
  begin(nowMs: number): void {
    if (this.heard) return;
    this.base = nowMs;
    this.at = this.steady();
    this.shown = Number.NEGATIVE_INFINITY;
  }

  /** Take the time `nowMs` that the hub told, running at `speed` hub seconds per second. */
  set(nowMs: number, speed: number): void {
    const own = this.estimate();
    const apart = nowMs - own;
    const jump = !this.heard || Math.abs(apart) > JUMP_MS * Math.max(1, speed);
    this.base = jump ? nowMs : own + apart * DRAW_IN;
    if (jump) this.shown = Number.NEGATIVE_INFINITY;
    this.at = this.steady();
    this.speed = speed;
    this.heard = true;
  }
}

export const hubClock = new HubClock();

const tick = signal(0);
let ticking = false;

/** The hub's time in milliseconds, a signal that changes four times a second while the page is open. */
export function hubNow(): number {
  if (!ticking) {
    ticking = true;
    setInterval(() => (tick.value += 1), 250);
  }
  void tick.value;
  return hubClock.now();
}

