/** Customers found by the hub while somebody types: names are sealed there, so the page cannot search by itself. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openView } from "@client/connection";
import { sayError } from "@client/i18n";
import type { Found } from "./types";

const TYPING_MS = 220;
const answered = signal<{ q: string; people: Found[]; refused?: string } | undefined>(undefined);

export function usePeople(q: string): void {
  useEffect(() => {
    if (!q) return undefined;
    let stop: (() => void) | undefined;
    const timer = setTimeout(() => {
      const view = openView("desk-people", { q });
      const unsubscribe = effect(() => {
        const [found, problem] = [view.view.value, view.problem.value];
        if (problem) answered.value = { q, people: [], refused: sayError(problem) };
        else if (found) answered.value = { q, people: found.people };
      });
      stop = () => {
        unsubscribe();
        view.close();
      };
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [q]);
}

/** Those found for `q`; while the next answer is on its way, none: a stale list would be clicked by mistake. */
export function peopleOf(q: string): Found[] {
  return answered.value?.q === q ? answered.value.people : [];
}

/** Why the hub does not look for `q`. */
export function refusalOf(q: string): string | undefined {
  return answered.value?.q === q ? answered.value.refused : undefined;
}

export function isSearching(q: string): boolean {
  return q !== "" && answered.value?.q !== q;
}
