import { useState } from "preact/hooks";

/** What a dialog is open for, if it is. `shut` shuts only the opening that it was handed out with: an answer that comes late shuts
 *  nothing that was opened since. */
export function useOpened<T>(): { what: T | undefined; open: (what: T) => void; shut: () => void } {
  const [opening, setOpening] = useState<{ what: T }>();
  const shut = () => setOpening((now) => (now === opening ? undefined : now));
  return { what: opening?.what, open: (what) => setOpening({ what }), shut };
}
