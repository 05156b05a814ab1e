import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Wording } from "./Wording";

addTexts(import.meta.glob("@locales/*/{wording,errors-catalog}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Wording);
