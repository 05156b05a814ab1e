import { startSpeaking } from "@design";
import { Desk } from "./Desk";

void startSpeaking(
  Desk,
  import.meta.glob<string>(
    ["@locales/*/desk.ftl", "@locales/*/planning.ftl", "@locales/*/floor.ftl", "@locales/*/what-if.ftl", "@locales/*/errors-planning.ftl"],
    { query: "?raw", import: "default" },
  ),
);
void import("@client/standing").then(({ keepPage }) => keepPage());
