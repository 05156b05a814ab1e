import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, Visitor, type Message, type SelectExpression, type VariableReference } from "@fluent/syntax";
import { describe, expect, it } from "vitest";

const locales = resolve(import.meta.dirname, "../../hub/locales");
const gallery = resolve(import.meta.dirname, "../screens/gallery/texts");

function files(folder: string, language: string): string[] {
  return readdirSync(resolve(folder, language)).filter((name) => name.endsWith(".ftl"));
}

function variables(message: Message): string[] {
  const found = new Set<string>();
  class Variables extends Visitor {
    override visitVariableReference(node: VariableReference): void {
      found.add(node.id.name);
    }

    override visitSelectExpression(node: SelectExpression): void {
      // A plural form may leave its number out ("one person"), and Chinese has no plural forms: the selector counts as use.
      this.genericVisit(node);
    }
  }
  new Variables().visit(message);
  return [...found].sort();
}

/** Ids of a file with the variables that each uses; a line that does not parse is a fault. */
function texts(path: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const entry of parse(readFileSync(path, "utf8"), {}).body) {
    if (entry.type === "Junk") throw new Error(`${path} does not parse: ${entry.content.slice(0, 80)}`);
    if (entry.type !== "Message") continue;
    if (found[entry.id.name]) throw new Error(`${path}: ${entry.id.name} stands twice`);
    found[entry.id.name] = variables(entry);
  }
  return found;
}

describe.each([["hub", locales], ["gallery", gallery]])("texts of the %s", (_, folder) => {
  const names = [...new Set([...files(folder, "en"), ...files(folder, "zh")])];

  it.each(names)("%s says the same in both languages", (name) => {
    expect(texts(resolve(folder, "zh", name))).toEqual(texts(resolve(folder, "en", name)));
  });
});

it("no id stands in two files, since the hub loads them together", () => {
  for (const language of ["en", "zh"]) {
    const owner = new Map<string, string>();
    for (const name of files(locales, language)) {
      for (const id of Object.keys(texts(resolve(locales, language, name)))) {
        expect(owner.get(id), `${id} in ${name}`).toBeUndefined();
        owner.set(id, name);
      }
    }
  }
});

it("every state of the floor has a look and a word", async () => {
  const { STATE_LOOKS } = await import("@design/StateBadge");
  const known = Object.keys(texts(resolve(locales, "en", "shell.ftl")));
  const shown = Object.entries(STATE_LOOKS).flatMap(([kind, looks]) => Object.keys(looks).map((state) => `state-${kind}-${state}`));
  expect(known.filter((id) => id.startsWith("state-")).sort()).toEqual(shown.sort());
});
