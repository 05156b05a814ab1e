/** Dates of the store's calendar as text: no clock change can move them. */

/** `days` later, as YYYY-MM-DD. */
export function later(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** A moment of that date, to be put into words: noon at Greenwich is the same date from UTC−11 to UTC+11. */
export function noon(date: string): string {
  return `${date}T12:00:00Z`;
}
