import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Team } from "./Team";

addTexts(import.meta.glob("@locales/*/{team,errors-team}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Team);
