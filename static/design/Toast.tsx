import { signal } from "@preact/signals";
import { CircleCheck, TriangleAlert, Undo2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { t } from "@client/i18n";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./toast.css";

/** How long a person can take an action back. */
export const UNDO_SECONDS = 8;
const MOST_SHOWN = 3; // older ones have had their time, and a tablet has no more room

export interface ToastOptions {
  tone?: "ok" | "alert";
  undo?: () => void;
  seconds?: number;
}

interface Shown extends ToastOptions {
  n: number;
  text: string;
  seconds: number;
  until: number;
  timer: ReturnType<typeof setTimeout>;
}

const shown = signal<Shown[]>([]);

/** Open modal dialogs, the topmost last. What stands outside of it cannot be seen or reached: toasts go into it. */
export const layers = signal<readonly string[]>([]);
const second = signal(0);
let last = 0;
let ticking: ReturnType<typeof setInterval> | undefined;

function remove(n: number): void {
  shown.value = shown.value.filter((each) => each.n !== n);
  if (!shown.value.length) {
    clearInterval(ticking);
    ticking = undefined;
  }
}

/** Say what has happened; with `undo` it can be taken back for 8 seconds. Answers a function that removes the toast. */
export function toast(text: string, { seconds, ...options }: ToastOptions = {}): () => void {
  const n = ++last;
  const stay = seconds ?? (options.undo ? UNDO_SECONDS : options.tone === "alert" ? 10 : 4);
  const timer = setTimeout(() => remove(n), stay * 1000);
  shown.value = [...shown.value, { ...options, n, text, seconds: stay, until: performance.now() + stay * 1000, timer }].slice(
    -MOST_SHOWN,
  );
  ticking ??= setInterval(() => (second.value += 1), 250);
  return () => {
    clearTimeout(timer);
    remove(n);
  };
}

function Line({ item }: { item: Shown }) {
  void second.value;
  const [spent] = useState(() => item.seconds - (item.until - performance.now()) / 1000);
  const left = Math.max(1, Math.ceil((item.until - performance.now()) / 1000));
  const undo = () => {
    clearTimeout(item.timer);
    remove(item.n);
    item.undo?.();
  };
  return (
    <li class={`toast ${item.tone ?? "ok"}`}>
      <Icon of={item.tone === "alert" ? TriangleAlert : CircleCheck} />
      <span class="toast-text">{item.text}</span>
      {item.undo && (
        <Button variant="ghost" icon={Undo2} onClick={undo} class="numbers">
          {t("button-undo-left", { seconds: left })}
        </Button>
      )}
      {item.undo && <span class="toast-time" style={{ animationDuration: `${item.seconds}s`, animationDelay: `-${spent}s` }} aria-hidden="true" />}
    </li>
  );
}

/** Where toasts appear; `startPage` puts one into every page, and every dialog has its own `layer`. */
export function ToastHost({ layer }: { layer?: string }) {
  if (layers.value.at(-1) !== layer) return null;
  return (
    <ol class="toasts" aria-live="polite" aria-relevant="additions" data-once>
      {shown.value.map((item) => (
        <Line key={item.n} item={item} />
      ))}
    </ol>
  );
}
