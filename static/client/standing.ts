/** What makes a page one that stands in the shop all day: it opens without the hub, and its screen does not go dark. Both only
 *  over TLS or on the hub's own machine; elsewhere browsers know neither. */

/** The first picture comes first. */
const AFTER_MS = 3_000;

/** Put the page and what it has loaded on the device, and go on doing so. */
export function keepPage(): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  const keep = async () => {
    await workers.register("/worker.js");
    const { active } = await workers.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const files = loaded.filter((name) => name.startsWith(`${location.origin}/assets/`));
    active?.postMessage({ type: "CACHE_URLS", payload: { urlsToCache: [location.pathname, ...files] } });
  };
  setTimeout(() => keep().catch((error: unknown) => console.warn(error)), AFTER_MS); // without it, a page like any other
}

/** Keep the screen lit while the page is seen. */
export function stayAwake(): void {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {}); // a low battery may forbid it
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
