import { resolve } from "node:path";
import { defineConfig } from "vite";
import { pages } from "../vite.config.ts";

/** Pages whose addresses begin otherwise; `PAGE_OF_SEGMENT` of hub/gateway/pages.py. */
const OTHERWISE: Record<string, string> = { home: "", visit: "v", waitlist: "w" };

/** One file without imports: not every browser lets a service worker have them. */
export default defineConfig({
  define: { PAGES: JSON.stringify(Object.keys(pages()).flatMap((name) => [name, OTHERWISE[name] ?? name])) },
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, "../dist"),
    emptyOutDir: false,
    rolldownOptions: {
      input: resolve(import.meta.dirname, "worker.ts"),
      output: { entryFileNames: "worker.js", format: "iife" },
    },
  },
});
