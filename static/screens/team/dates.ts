/** Dates of the store's calendar as text: no clock change can move them. */

/** `days` later, as YYYY-MM-DD. */
export function later(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
