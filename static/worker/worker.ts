/** Keeps the screens' own files on the device, so that a page opens while the hub is away: after a power cut a TV is often there
 *  before it, and a tablet that is started anew in a hole of the Wi-Fi still has the taps of before. What a salon knows is never
 *  kept: no view, no answer, no address with somebody's link in it. */
import { clientsClaim } from "workbox-core";
import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute } from "workbox-routing";
import { CacheFirst, NetworkFirst } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope;
/** The first parts of the pages' addresses, by the build. */
declare const PAGES: string[];

const PATIENCE_SECONDS = 4;
/** Every page of some builds: whatever was used least goes first. */
const MOST_FILES = 400;

const first = (url: URL) => url.pathname.split("/", 2)[1] ?? "";
const own = (url: URL) => url.origin === self.location.origin;
const whole = { cacheWillUpdate: async ({ response }: { response: Response }) => (response.status === 200 ? response : null) };

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && first(url) === "assets",
  new CacheFirst({
    cacheName: "salon-hub.files",
    plugins: [whole, new ExpirationPlugin({ maxEntries: MOST_FILES, purgeOnQuotaError: true })],
  }),
);

registerRoute(
  ({ url }) => own(url) && PAGES.includes(first(url)),
  new NetworkFirst({
    cacheName: "salon-hub.pages",
    networkTimeoutSeconds: PATIENCE_SECONDS,
    plugins: [
      whole,
      {
        // One copy per page, whatever stands behind its name.
        cacheKeyWillBeUsed: async ({ request }) => `/${first(new URL(request.url))}`,
        // A proxy answers for a hub that is away.
        fetchDidSucceed: async ({ response }) => {
          if (response.status >= 500) throw new Error(`the hub is away: ${response.status}`);
          return response;
        },
      },
    ],
  }),
);

void self.skipWaiting();
clientsClaim();
