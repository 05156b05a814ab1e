import { computed, effect, signal } from "@preact/signals";
import type { ParamsOf, ViewOf } from "@client/api";
import { openView } from "@client/connection";
import type { LiveView } from "@client/live";

export type View = ViewOf<"audit">;
export type Line = View["lines"][number];
export type Filters = Omit<ParamsOf<"audit">, "before">;

export const NAMES = ["person", "device", "kind", "day", "booking", "customer"] as const;

function fromAddress(): Filters {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name)]).filter(([, value]) => value)) as Filters;
}

export const filters = signal<Filters>(fromAddress());

/** The pages gone through: each is asked for by the number that its facts are older than. */
const pages = signal<number[]>([]);
export const isFirstPage = computed(() => pages.value.length === 0);

const asked = openView("audit", filters.value);
const held = signal<View | undefined>(undefined);

// While other lines are on their way, those that were there stay.
effect(() => {
  if (asked.view.value) held.value = asked.view.value;
  else if (asked.problem.value) held.value = undefined;
});

export const loading = computed(() => asked.view.value === undefined && asked.problem.value === undefined);
export const live: LiveView<View> = { ...asked, view: held };

function ask(): void {
  const before = pages.value.at(-1);
  asked.setParams({ ...filters.value, ...(before === undefined ? {} : { before }) });
}

export function filter(change: Filters): void {
  const next = Object.fromEntries(Object.entries({ ...filters.value, ...change }).filter(([, value]) => value));
  filters.value = next as Filters;
  pages.value = [];
  history.replaceState(null, "", `?${new URLSearchParams(next as Record<string, string>)}`);
  ask();
}

export function clear(): void {
  filter(Object.fromEntries(NAMES.map((name) => [name, undefined])) as Filters);
}

export function older(before: number): void {
  pages.value = [...pages.value, before];
  ask();
}

export function newer(): void {
  pages.value = pages.value.slice(0, -1);
  ask();
}
