import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "@client/i18n";
import "./glide.css";

/** How long a moved row keeps its mark. */
const MARKED_MS = 6_000;
const GLIDE_MS = 520;
const EASE = "cubic-bezier(0.2, 0.7, 0.2, 1)";

export interface GlideListProps<T> {
  items: readonly T[];
  /** Who a row is, wherever it stands. */
  keyOf: (item: T) => string;
  children: (item: T, moved: boolean) => ComponentChildren;
  /** Rows that changed place keep a mark for some seconds; the row may draw it itself with `moved`. */
  mark?: boolean;
  label?: string;
  class?: string;
}

/** Where a row lies in the list, whatever glides. */
interface Place {
  x: number;
  y: number;
}

/** Whether whoever looks has asked for less movement. */
export function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Keys whose order among the rows that were there before has changed; the longest run that kept its order did not move. */
export function movedKeys(before: readonly string[], after: readonly string[]): Set<string> {
  const place = new Map(before.map((key, index) => [key, index]));
  const stayed = after.filter((key) => place.has(key));
  const kept = new Set(longestRising(stayed, (key) => place.get(key)!));
  return new Set(stayed.filter((key) => !kept.has(key)));
}

/** Longest increasing subsequence (Schensted 1961), in O(n log n). */
function longestRising(keys: readonly string[], rank: (key: string) => number): string[] {
  const ends: number[] = [];
  const previous: number[] = [];
  keys.forEach((key, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rank(keys[ends[middle]!]!) < rank(key)) low = middle + 1;
      else high = middle;
    }
    previous[index] = low ? ends[low - 1]! : -1;
    ends[low] = index;
  });
  const run: string[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index]!) run.push(keys[index]!);
  return run.reverse();
}

/** A list whose rows glide to their new places (FLIP: measure, draw, animate the difference). */
export function GlideList<T>({ items, keyOf, children, mark = true, label, class: extra }: GlideListProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const places = useRef(new Map<string, Place>());
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const order = useRef<string[]>([]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const keys = items.map(keyOf);

  useLayoutEffect(() => {
    const element = list.current!;
    const now = new Map<string, Place>();
    for (const row of rowsOf(element)) now.set(row.dataset["key"]!, { x: row.offsetLeft, y: row.offsetTop });
    if (places.current.size && !calm()) glide(element, places.current, now);
    places.current = now;
  });

  useLayoutEffect(() => {
    const moved = movedKeys(order.current, keys);
    order.current = keys;
    if (!mark || !moved.size) return;
    setMarked((known) => new Set([...known, ...moved]));
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setMarked((known) => new Set([...known].filter((key) => !moved.has(key))));
    }, MARKED_MS);
    timers.current.add(timer);
  }, [keys.join("\u0000")]);

  useEffect(() => () => timers.current.forEach(clearTimeout), []);

  return (
    <ul ref={list} class={["glide", extra].filter(Boolean).join(" ")} aria-label={label}>
      {items.map((item) => {
        const key = keyOf(item);
        const moved = marked.has(key);
        return (
          <li key={key} data-key={key} class={moved ? "moved" : undefined}>
            {children(item, moved)}
            {moved && <span class="unseen">{t("list-moved")}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function rowsOf(element: HTMLElement): HTMLElement[] {
  return [...element.children] as HTMLElement[];
}

function glide(element: HTMLElement, before: Map<string, Place>, now: Map<string, Place>): void {
  for (const row of rowsOf(element)) {
    const from = before.get(row.dataset["key"]!);
    const to = now.get(row.dataset["key"]!)!;
    if (!from) {
      row.animate([{ opacity: 0, transform: "translateY(8px)" }, { opacity: 1 }], { duration: 260, easing: EASE });
      continue;
    }
    if (from.x === to.x && from.y === to.y) continue;
    // A row that is still gliding starts anew from where it is seen now.
    const { m41, m42 } = new DOMMatrix(getComputedStyle(row).transform);
    for (const running of row.getAnimations()) running.cancel();
    const start = `translate(${from.x + m41 - to.x}px, ${from.y + m42 - to.y}px)`;
    row.animate([{ transform: start }, { transform: "none" }], { duration: GLIDE_MS, easing: EASE });
  }
}
