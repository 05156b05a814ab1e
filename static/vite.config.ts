import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;
const screens = resolve(here, "screens");
/** Pages for the people who build screens; they are served by `npm run dev` only. */
const DEVELOPMENT_ONLY = new Set(["gallery"]);

export function pages(): Record<string, string> {
  const names = readdirSync(screens).filter((name) => existsSync(resolve(screens, name, "index.html")));
  const shipped = names.filter((name) => !DEVELOPMENT_ONLY.has(name));
  return Object.fromEntries(shipped.map((name) => [name, resolve(screens, name, "index.html")]));
}

const hub = process.env["SALON_HUB_URL"] ?? "http://127.0.0.1:8000";

/** Lucide's icons carry keys and other names that no page uses. */
const leanIcons: Plugin = {
  name: "lean-icons",
  transform: {
    filter: { id: /lucide-preact\/dist\/esm\/icons\// },
    handler: (code) => code.replace(/, key: "\w+"/g, "").replace(/,\s*aliases: \[[^\]]*\]/, "").replace("__iconData.node;", ""),
  },
};

/** The hub speaks through WebSockets alone; the client's other ways are a thirtieth of a page's JavaScript. */
const webSocketOnly: Plugin = {
  name: "web-socket-only",
  transform: {
    filter: { id: /engine\.io-client\/build\/[\w-]+\/transports\/(?:index|polling-xhr)\.js$/ },
    handler: (code, id) => ({
      code: id.endsWith("/index.js") ? code.replace(/^.*\b(?:XHR|WT)\b.*$/gm, "") : code,
      moduleSideEffects: false,
    }),
  },
};

export default defineConfig({
  root: screens,
  plugins: [leanIcons, webSocketOnly],
  publicDir: resolve(here, "public"),
  resolve: {
    alias: [
      { find: /^@client\//, replacement: `${resolve(here, "client")}/` },
      { find: /^@design$/, replacement: resolve(here, "design/index.ts") },
      { find: /^@design\//, replacement: `${resolve(here, "design")}/` },
      { find: /^@locales\//, replacement: `${resolve(here, "../hub/locales")}/` },
    ],
  },
  build: {
    outDir: resolve(here, "dist"),
    emptyOutDir: true,
    manifest: true,
    // The content security policy forbids data: scripts and fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages() },
  },
  server: {
    fs: { allow: [resolve(here, "..")] },
    proxy: { "/api": hub, "/socket.io": { target: hub, ws: true } },
  },
  test: {
    root: here,
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    setupFiles: ["tests/setup.ts"],
    testTimeout: 60_000, // a busy machine has taken over five seconds to load a module
  },
});
