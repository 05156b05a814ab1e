import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it, vi } from "vitest";
import { hasCamera } from "@client/scanner";

function manifest(path: string): { version: string; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, "..", path), "utf8")) as never;
}

it("the decoder's script and its WebAssembly are of one version, for others crash", () => {
  const wanted = manifest("node_modules/barcode-detector/package.json").dependencies["zxing-wasm"];
  expect(manifest("node_modules/zxing-wasm/package.json").version).toBe(wanted);
});

it.each([
  [true, { getUserMedia: () => {} }, true],
  [false, { getUserMedia: () => {} }, false],
  [false, undefined, false],
])("secure %s and %o: a camera %s", (isSecureContext, mediaDevices, expected) => {
  vi.stubGlobal("isSecureContext", isSecureContext);
  vi.stubGlobal("navigator", { mediaDevices });
  expect(hasCamera()).toBe(expected);
  vi.unstubAllGlobals();
});
