import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { hubClock } from "./clock";
import { post, Refusal, type Answer } from "./door";
import { newId } from "./ids";
import { openLetters, type Letter, type LetterStore } from "./outbox_store";

export type { Letter } from "./outbox_store";

/** Send one command once, as the person `by`; throws `Refusal` or `Unreachable`. */
export type Sender = (name: string, id: string, data: never, by?: string) => Promise<Answer<unknown>>;

export type Delivered = (letter: Letter, answer: Answer<unknown>) => void;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000; // the hub is in the same building; it is asked again soon

/** Asked again as it is: nobody answered, the hub is busy, or the person has to sign in first. */
function passing(error: unknown): boolean {
  return !(error instanceof Refusal) || error.passing || error.status === 401;
}

/** What a person taps while the network comes and goes.
 *
 * Letters lie on the device from the tap until the hub acknowledges or refuses them; they go in the order of the taps, one
 * at a time, so that "start" never overtakes "ready". Whether the browser believes to be online is not asked: it often
 * errs. A refused letter stays as a conflict until a person has seen it, and does not hold up those behind it.
 *
 * On a tablet of several people each letter waits for its own: whoever signs in next sends nothing in another's name.
 */
export class Outbox {
  private readonly letters = signal<Letter[]>([]);
  private readonly sending = signal<string | undefined>(undefined);
  private readonly person = signal<string | undefined>(undefined);
  private readonly held = new Map<string, number>();
  private pause = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pumping = false;
  private closed = false;
  private deafen = () => {};

  /** Not acknowledged yet, in order; of who is here. */
  readonly waiting: ReadonlySignal<Letter[]> = computed(() => this.own().filter((letter) => !letter.refused));
  /** Refused: to be shown, then dismissed or tried again; of who is here. */
  readonly conflicts: ReadonlySignal<Letter[]> = computed(() => this.own().filter((letter) => letter.refused));
  /** How many letters of each person who is not here lie on the device, conflicts too. */
  readonly ofOthers: ReadonlySignal<ReadonlyMap<string, number>> = computed(() => {
    const counts = new Map<string, number>();
    for (const { by } of this.letters.value) {
      if (by !== undefined && by !== this.person.value) counts.set(by, (counts.get(by) ?? 0) + 1);
    }
    return counts;
  });
  /** The id of the letter that is on the wire now. */
  readonly inFlight: ReadonlySignal<string | undefined> = this.sending;
  /** Nobody answered the last attempt. */
  readonly cutOff = signal(false);

  private constructor(
    private readonly store: LetterStore,
    private readonly sender: Sender,
    private readonly delivered: Delivered,
  ) {}

  /** Open the device's outbox and begin to send what an earlier page left in it. */
  static async open(
    name: string,
    { sender = post as Sender, delivered = () => {}, heard = signal(0) }: Partial<Ports> = {},
  ): Promise<Outbox> {
    const outbox = new Outbox(openLetters(name), sender, delivered);
    outbox.letters.value = await outbox.store.all();
    outbox.listen(heard);
    void outbox.pump();
    return outbox;
  }

  /** Who is signed in here; nobody's letters but hers go from now on. */
  actAs(person: string | undefined): void {
    if (person === this.person.value) return;
    this.person.value = person;
    this.kick();
  }

  private own(): Letter[] {
    return this.letters.value.filter(({ by }) => by === undefined || by === this.person.value);
  }

  /** False where a reload would lose what is not sent: say so on the screen. */
  get durable(): boolean {
    return this.store.durable;
  }

  /** Keep a command and send it as soon as its turn comes; resolves with its id once it is safe on the device.
   *
   * `holdMs` keeps it on the device first, for actions that cannot be undone after they were sent. `undoes` is the id of a
   * letter that may have been done: where the hub refuses that one, there is nothing to take back and this one is dropped.
   */
  async put(
    name: string,
    data: unknown,
    { label, id = newId(), holdMs = 0, undoes }: { label: Letter["label"]; id?: string; holdMs?: number; undoes?: string },
  ): Promise<string> {
    const by = this.person.value;
    const more = { ...(by !== undefined && { by }), ...(undoes !== undefined && { undoes }) };
    const letter = await this.store.add({ id, name, data, label, ...more, tappedAt: hubClock.now(), tried: false });
    if (holdMs > 0) this.held.set(id, performance.now() + holdMs);
    this.letters.value = [...this.letters.value, letter].sort((a, b) => a.n - b.n);
    void this.pump();
    return id;
  }

  /** Take a letter back. True: it never left the device, nothing has happened. False: the hub may have done it; undo it
   *  with a command of its own. */
  async cancel(id: string): Promise<boolean> {
    const letter = this.letters.value.find((each) => each.id === id);
    if (!letter || letter.tried || letter.refused) return false;
    this.drop(letter);
    await this.store.remove(letter.n);
    return true;
  }

  /** A person has seen the conflict. */
  async dismiss(id: string): Promise<void> {
    const letter = this.conflicts.value.find((each) => each.id === id);
    if (!letter) return;
    this.drop(letter);
    await this.store.remove(letter.n);
  }

  /** Try a refused letter again as a new command, behind everything that waits. */
  async again(id: string): Promise<void> {
    const letter = this.conflicts.value.find((each) => each.id === id);
    if (!letter) return;
    await this.put(letter.name, letter.data, { label: letter.label });
    await this.dismiss(id);
  }

  /** Do not wait out the pause. */
  kick(): void {
    this.pause = FIRST_PAUSE_MS;
    void this.pump();
  }

  close(): void {
    this.closed = true;
    this.deafen();
    clearTimeout(this.timer);
  }

  private listen(heard: ReadonlySignal<unknown>): void {
    this.deafen = heard.subscribe(() => {
      if (this.cutOff.peek()) this.kick();
    });
  }

  private drop(letter: Letter): void {
    this.held.delete(letter.id);
    this.letters.value = this.letters.value.filter((each) => each.n !== letter.n);
  }

  private replace(letter: Letter): void {
    this.letters.value = this.letters.value.map((each) => (each.n === letter.n ? letter : each));
  }

  private async pump(): Promise<void> {
    if (this.pumping || this.closed) return;
    this.pumping = true;
    clearTimeout(this.timer);
    try {
      let next = this.next();
      while (next && !this.closed && (await this.deliver(next))) next = this.next();
    } finally {
      this.pumping = false;
    }
    this.comeBack();
  }

  private next(): Letter | undefined {
    const first = this.waiting.value[0];
    return first && this.heldFor(first) <= 0 ? first : undefined;
  }

  private heldFor(letter: Letter): number {
    return (this.held.get(letter.id) ?? 0) - performance.now();
  }

  /** True when the letter is settled and the next one may go. */
  private async deliver(letter: Letter): Promise<boolean> {
    this.sending.value = letter.id;
    try {
      // On the disk before it is on the wire: after a crash nobody may believe that it never left.
      const tried = { ...letter, tried: true };
      this.replace(tried);
      await this.store.put(tried);
      const answer = await this.sender(letter.name, letter.id, letter.data as never, letter.by);
      await this.settle(tried, answer);
      return true;
    } catch (error) {
      this.cutOff.value = !(error instanceof Refusal);
      if (passing(error)) return false;
      await this.refuse(letter, error as Refusal);
      return true;
    } finally {
      this.sending.value = undefined;
    }
  }

  private async settle(letter: Letter, answer: Answer<unknown>): Promise<void> {
    this.cutOff.value = false;
    this.pause = FIRST_PAUSE_MS;
    await this.store.remove(letter.n);
    this.drop(letter);
    this.delivered(letter, answer);
  }

  private async refuse(letter: Letter, { code, status, params, message }: Refusal): Promise<void> {
    const refused: Letter = { ...letter, tried: true, refused: { code, status, params, detail: message } };
    await this.store.put(refused);
    this.replace(refused);
    for (const undo of this.waiting.value.filter(({ undoes }) => undoes === letter.id)) await this.cancel(undo.id);
  }

  private comeBack(): void {
    const first = this.waiting.value[0];
    if (!first || this.closed) return;
    const held = this.heldFor(first);
    const wait = held > 0 ? held : this.pause;
    if (held <= 0) this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
    this.timer = setTimeout(() => void this.pump(), wait);
  }
}

interface Ports {
  sender: Sender;
  delivered: Delivered;
  /** Changes whenever the hub is heard: what could not be sent goes at once. */
  heard: ReadonlySignal<unknown>;
}
