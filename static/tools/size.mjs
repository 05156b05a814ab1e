// Prints what each page loads, gzipped, and fails when a page's JavaScript is over the limit.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 60_000; // so that a slow tablet shows its first view within a second
const dist = resolve(import.meta.dirname, "../dist");
const manifest = JSON.parse(readFileSync(resolve(dist, ".vite/manifest.json"), "utf8"));
const gzipped = (file) => gzipSync(readFileSync(resolve(dist, file)), { level: 9 }).length;

/** Manifest keys that load with the page, and those that it may load later. */
function reached(entry) {
  const first = new Set();
  const later = new Set();
  const walk = (key, into) => {
    if (first.has(key) || into.has(key)) return;
    into.add(key);
    for (const next of manifest[key].imports ?? []) walk(next, into);
    for (const next of manifest[key].dynamicImports ?? []) dynamic.push(next);
  };
  const dynamic = [];
  walk(entry, first);
  while (dynamic.length) walk(dynamic.pop(), later);
  return { first, later };
}

const sum = (files) => [...files].reduce((total, file) => total + gzipped(file), 0);
const scripts = (keys) => new Set([...keys].map((key) => manifest[key].file).filter((file) => file.endsWith(".js")));
const styles = (keys) => new Set([...keys].flatMap((key) => manifest[key].css ?? []));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);

let failed = false;
console.log(`${"page".padEnd(18)}${"script".padStart(9)}${"style".padStart(10)}${"later".padStart(10)}`);
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isEntry) continue;
  const { first, later } = reached(key);
  const script = sum(scripts(first));
  const over = script > LIMIT_BYTES;
  failed ||= over;
  const name = key.split("/").at(-2) ?? key;
  console.log(
    `${name.padEnd(18)}${kilobytes(script)} ${kilobytes(sum(styles(first)))} ${kilobytes(sum(scripts(later)))}${over ? "  over the limit of 60 kB" : ""}`,
  );
}
process.exitCode = failed ? 1 : 0;
