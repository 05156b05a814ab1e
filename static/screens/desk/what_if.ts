/** What a change would do to the rest of the day: what the timeline shows of it. The asking itself comes later. */
import { signal } from "@preact/signals";

/** Bookings that would be moved by what is looked at now. */
export const touched = signal<ReadonlySet<string>>(new Set());
