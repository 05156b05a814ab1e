/** The page's one connection to the hub. Importing this module opens it. */
import { io } from "socket.io-client";
import type { ParamsOf, ScreenName, ViewOf } from "./api";
import { hubClock } from "./clock";
import { handIn } from "./door";
import { storeSettings } from "./format";
import { addTexts, t } from "./i18n";
import { language } from "./language";
import { persist } from "./later";
import { CHECK_EVERY_MS, LiveConnection, type LiveView, type SocketLike, type ViewMessage } from "./live";
import { followTexts } from "./own_texts";
import { signedOut, socketCredentials } from "./session";

const RELOADED = "salon-hub.reloaded";
const RELOAD_REST_MS = 60_000; // a hub that says "reload" again and again must not make a page blink for ever

function reload(): void {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < RELOAD_REST_MS) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

/** The page's own script: its hashed name tells the hub whether the page is of the present build. */
function build(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  return script ? new URL(script.src).pathname : "";
}

/** So long after the last letter somebody is still writing. */
const WRITING_MS = 60_000;
let wroteAt = -WRITING_MS;
addEventListener("input", () => (wroteAt = performance.now()), true);

/** A dialog is open, or something is being written. */
function engaged(): boolean {
  return performance.now() - wroteAt < WRITING_MS || document.querySelector("dialog[open]") !== null;
}

const socket = io({
  transports: ["websocket"],
  path: "/socket.io",
  auth: (say: (words: object) => void) => say({ build: build(), language: language.value, ...socketCredentials() }),
  reconnectionDelay: 300,
  reconnectionDelayMax: 3_000,
  timeout: 5_000,
});

/** `connection.busy.value = true` puts off a new build's reload while a person is in the middle of something. */
export const connection = new LiveConnection({
  socket: socket as unknown as SocketLike,
  // Not in the address, which servers on the way note: it may be a customer's name.
  fetchView: (screen, params) => handIn<ViewMessage>(`/api/views/${encodeURIComponent(screen)}`, params),
  steady: () => performance.now(),
  clock: hubClock,
  store: storeSettings,
  texts: followTexts,
  signedOut,
  reload,
  engaged,
});

setInterval(() => connection.check(), CHECK_EVERY_MS);

const quiet = connection.readOnly.subscribe((cause) => {
  if (!cause) return;
  quiet();
  void persist(() => import("@design/read_only")).then(({ showReadOnly }) => showReadOnly(connection.readOnly, { addTexts, t }));
});

/** Watch a screen of the hub: its whole view now and after every change. */
export function openView<S extends ScreenName>(screen: S, params: ParamsOf<S> = {} as ParamsOf<S>): LiveView<ViewOf<S>> {
  return connection.watch<ViewOf<S>>(screen, params as Record<string, unknown>);
}
