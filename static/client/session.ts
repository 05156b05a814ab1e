/** The way to the sign-in page and back; the session itself is a cookie that no script can read. */

/** Whose credentials this page takes, where one browser holds several: `<html data-seat="desk">`. */
export function seat(): string {
  return document.documentElement.dataset["seat"] ?? "";
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

/** Go to the sign-in page; after it the person comes back here. */
export function goToSignIn(): void {
  if (leaving || location.pathname.startsWith("/sign-in")) return;
  leaving = true;
  const next = location.pathname + location.search;
  location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
}

/** Where a person who has signed in goes. */
export function goOn(search: string = location.search): void {
  location.replace(safeNext(new URLSearchParams(search).get("next")));
}
