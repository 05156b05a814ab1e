import type { Args } from "./i18n";
import type { ProblemData } from "./live";

/** A command on its way, as it lies on the device. */
export interface Letter {
  /** Order of the taps. */
  n: number;
  /** The command's id, made at the tap: however often it is sent, it happens once. */
  id: string;
  name: string;
  data: unknown;
  /** What the person did, for the list of what is not sent yet: a text id and its arguments. */
  label: { id: string; args?: Args };
  /** The id of the letter that this one takes back. */
  undoes?: string;
  /** Who tapped: it goes under her name only. Missing where a page knows no people. */
  by?: string;
  /** The device's clock at the tap, milliseconds since 1970; shown, never decided on. */
  tappedAt: number;
  /** It has left the device at least once, so the hub may have done it. */
  tried: boolean;
  /** The hub's no; from then on the letter is a conflict that a person looks at. */
  refused?: ProblemData;
}

export type Draft = Omit<Letter, "n">;

export interface LetterStore {
  /** False where letters would not survive a reload. */
  readonly durable: boolean;
  all(): Promise<Letter[]>;
  /** Resolves when the letter is safe; answers it with its place in the order. */
  add(draft: Draft): Promise<Letter>;
  put(letter: Letter): Promise<void>;
  remove(n: number): Promise<void>;
}

const LETTERS = "letters";

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(LETTERS, { keyPath: "n", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB did not open"));
    request.onblocked = () => reject(new Error("IndexedDB is held by an older page"));
  });
}

class DatabaseStore implements LetterStore {
  readonly durable = true;

  constructor(private readonly database: IDBDatabase) {
    database.onversionchange = () => database.close();
  }

  /** One transaction, waited for until it is on the disk and not only in memory. */
  private run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(LETTERS, mode, { durability: "strict" });
      const request = work(transaction.objectStore(LETTERS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("IndexedDB gave up"));
    });
  }

  all(): Promise<Letter[]> {
    return this.run("readonly", (store) => store.getAll());
  }

  async add(draft: Draft): Promise<Letter> {
    const n = await this.run("readwrite", (store) => store.add(draft));
    return { ...draft, n: Number(n) };
  }

  async put(letter: Letter): Promise<void> {
    await this.run("readwrite", (store) => store.put(letter));
  }

  async remove(n: number): Promise<void> {
    await this.run("readwrite", (store) => store.delete(n));
  }
}

/** For browsers that give no storage, or no more of it: the queue works, and says that a reload would lose it. */
class MemoryStore implements LetterStore {
  readonly durable = false;
  private readonly letters = new Map<number, Letter>();

  constructor(private last = 0) {}

  async all(): Promise<Letter[]> {
    return [...this.letters.values()];
  }

  async add(draft: Draft): Promise<Letter> {
    const letter = { ...draft, n: ++this.last };
    this.letters.set(letter.n, letter);
    return letter;
  }

  async put(letter: Letter): Promise<void> {
    this.letters.set(letter.n, letter);
  }

  async remove(n: number): Promise<void> {
    this.letters.delete(n);
  }
}

/** The device's storage for as long as the browser leaves it to the page: one that is open for weeks may lose it, to a full
 *  disk or a browser that closes it. Then it is opened anew, and what it does not take is kept in memory: no tap is lost. */
class DeviceStore implements LetterStore {
  private inner: LetterStore | undefined;
  private last = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly name: string) {}

  get durable(): boolean {
    return this.inner?.durable ?? true;
  }

  all(): Promise<Letter[]> {
    return this.next(async (store) => {
      const letters = await store.all();
      this.last = Math.max(this.last, ...letters.map(({ n }) => n));
      return letters;
    });
  }

  add(draft: Draft): Promise<Letter> {
    return this.next(async (store) => {
      const letter = await store.add(draft);
      this.last = letter.n;
      return letter;
    });
  }

  put(letter: Letter): Promise<void> {
    return this.next(async (store) => {
      await store.put(letter);
      if (!store.durable && letter.refused) this.forget(letter.n);
    });
  }

  remove(n: number): Promise<void> {
    return this.next(async (store) => {
      await store.remove(n);
      if (!store.durable) this.forget(n);
    });
  }

  /** What the device took before it took no more would be sent again by the next page, when it may mean something else. */
  private forget(n: number): void {
    opened(this.name)
      .then((database) => new DatabaseStore(database).remove(n).finally(() => database.close()))
      .catch(() => {}); // it takes nothing away either
  }

  private next<T>(work: (store: LetterStore) => Promise<T>): Promise<T> {
    const done = this.turn.then(() => this.done(work));
    this.turn = done.catch(() => {});
    return done;
  }

  private async done<T>(work: (store: LetterStore) => Promise<T>): Promise<T> {
    try {
      if (this.inner) return await work(this.inner);
    } catch {
      // Opened anew below.
    }
    try {
      this.inner = new DatabaseStore(await opened(this.name));
      return await work(this.inner);
    } catch {
      this.inner = new MemoryStore(this.last);
      return work(this.inner);
    }
  }
}

/** The letters under `name` on this device; in memory where the browser gives no storage. */
export function openLetters(name: string): LetterStore {
  return new DeviceStore(name);
}
