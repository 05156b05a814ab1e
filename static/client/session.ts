/** The way to the sign-in page and back; the session itself is a cookie that no script can read. */

/** Whose credentials this page takes, where one browser holds several: `<html data-seat="desk">`. */
export function seat(): string {
  return document.documentElement.dataset["seat"] ?? "";
}

let visit: string | undefined;

/** Act for the visit that this signed link stands for: a customer's phone has no session. Call before anything is asked. */
export function useVisitLink(token: string): void {
  visit = token;
}

/** What a socket says of itself as it connects. */
export function socketCredentials(): Record<string, string> {
  return visit ? { seat: seat(), visit } : { seat: seat() };
}

/** The headers by which a request says for whom it asks. */
export function requestCredentials(): Record<string, string> {
  return { ...(seat() && { "X-Salon-Seat": seat() }), ...(visit && { Authorization: `Visit ${visit}` }) };
}

let leaving = false;

/** Only addresses of this hub: a foreign one in `next` would send a person elsewhere after signing in. */
export function safeNext(next: string | null, origin: string = location.origin): string {
  if (!next) return "/";
  try {
    const url = new URL(next, origin);
    return url.origin === origin && next.startsWith("/") ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}

/** Go to the sign-in page; after it the person comes back here. `ended`: they were signed in until now, and are told so. `kept`: how much of
 *  what was done here still waits to be sent. */
export function goToSignIn(ended = false, kept = 0): void {
  if (leaving || location.pathname.startsWith("/sign-in")) return;
  leaving = true;
  const next = location.pathname + location.search;
  location.assign(`/sign-in?next=${encodeURIComponent(next)}${ended ? "&ended=1" : ""}${kept > 0 ? `&kept=${kept}` : ""}`);
}

let answerToSignedOut: (ended: boolean) => void = goToSignIn;

/** What to do when the hub says that nobody is signed in here, instead of leaving for the sign-in page: a PIN pad, say. */
export function onSignedOut(answer: (ended: boolean) => void): void {
  answerToSignedOut = answer;
}

export function signedOut(ended: boolean): void {
  answerToSignedOut(ended);
}

/** Do what ends the session here: while somebody leaves of their own will, the hub's word that nobody is signed in is no news.
 *  Rejects as `act` does; the page then stands as before. */
export async function whileLeaving(act: () => Promise<unknown>): Promise<void> {
  const before = answerToSignedOut;
  answerToSignedOut = () => {};
  try {
    await act();
  } catch (error) {
    answerToSignedOut = before;
    throw error;
  }
}

/** Where a person who has signed in goes. */
export function goOn(search: string = location.search): void {
  location.replace(safeNext(new URLSearchParams(search).get("next")));
}
