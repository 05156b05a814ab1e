import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { h, render } from "preact";
import { expect, it, vi } from "vitest";
import { hasCamera } from "@client/scanner";
import { useUsbScanner } from "../screens/kiosk/scan";

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

it.each([
  ["where nobody types", "<p tabindex=0>", true],
  ["on the language that was chosen before", "<input type=radio>", true],
  ["in a field, where a person is typing", "<input type=text>", false],
])("a scan whose keys come late is read %s", (_, focused, expected) => {
  const read = vi.fn();
  document.body.innerHTML = `${focused}<div></div>`;
  const place = document.querySelector("div")!;
  render(h(() => (useUsbScanner(read), null), {}), place);
  [..."a-code-of-a-visit", "Enter"].forEach((key, number) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true });
    Object.defineProperty(event, "timeStamp", { value: 1_000 + number * 200 });
    document.body.firstElementChild!.dispatchEvent(event);
  });
  expect(read.mock.calls).toEqual(expected ? [["a-code-of-a-visit"]] : []);
  render(null, place);
});

it("a code that is scanned into a field leaves there what a person has typed", () => {
  const read = vi.fn();
  document.body.innerHTML = "<input type=text><div></div>";
  const [field, place] = [document.querySelector("input")!, document.querySelector("div")!];
  const put = vi.fn();
  field.addEventListener("input", () => put(field.value));
  render(h(() => (useUsbScanner(read), null), {}), place);
  let at = 1_000;
  const strike = (key: string, after: number) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true });
    Object.defineProperty(event, "timeStamp", { value: (at += after) });
    field.dispatchEvent(event);
    if (key.length === 1) field.value += key;
  };
  for (const key of "Li") strike(key, 300);
  for (const [number, key] of [..."a-code-of-a-visit", "Enter"].entries()) strike(key, number ? 10 : 300);
  expect(read.mock.calls).toEqual([["a-code-of-a-visit"]]);
  expect(put.mock.calls).toEqual([["Li"]]);
  render(null, place);
});
