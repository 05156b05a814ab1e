import { addTexts, language } from "@client/i18n";
import { startPage } from "@design";
import { Desk } from "./Desk";

const files = import.meta.glob<string>(
  ["@locales/*/desk.ftl", "@locales/*/planning.ftl", "@locales/*/floor.ftl", "@locales/*/what-if.ftl", "@locales/*/errors-planning.ftl"],
  { query: "?raw", import: "default" },
);

/** The language of the screen comes first; the other follows once the page stands. */
async function load(isWanted: (path: string) => boolean): Promise<void> {
  const wanted = Object.entries(files).filter(([path]) => isWanted(path));
  addTexts(Object.fromEntries(await Promise.all(wanted.map(async ([path, text]) => [path, await text()] as const))));
}

const folder = `/${language.value}/`;
await load((path) => path.includes(folder));
startPage(Desk);
await load((path) => !path.includes(folder));
