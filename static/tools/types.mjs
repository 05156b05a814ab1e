// Writes build/api.d.ts from build/openapi.json, which the hub makes: python -m hub openapi --out static/build/openapi.json
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const build = resolve(import.meta.dirname, "../build");
const document = resolve(build, "openapi.json");
const target = resolve(build, "api.d.ts");

async function declarations() {
  if (!existsSync(document)) {
    console.log("types: build/openapi.json is missing, so commands and views have no types, and screens may not pass the check");
    return "export type paths = Record<never, never>;\nexport type components = Record<never, never>;\n";
  }
  const { default: openapi, astToString } = await import("openapi-typescript");
  return astToString(await openapi(JSON.parse(readFileSync(document, "utf8")), { defaultNonNullable: false }));
}

const text = await declarations();
mkdirSync(dirname(target), { recursive: true });
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
