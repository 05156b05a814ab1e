import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { hasCamera } from "@client/scanner";

function manifest(path: string): { version: string; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, "..", path), "utf8")) as never;
}

it("the decoder's script and its WebAssembly are of one version, for others crash", () => {
  const wanted = manifest("node_modules/barcode-detector/package.json").dependencies["zxing-wasm"];
  expect(manifest("node_modules/zxing-wasm/package.json").version).toBe(wanted);
});

it("there is no camera on a page that came over plain HTTP in the shop", () => {
  expect(hasCamera()).toBe(false);
});
