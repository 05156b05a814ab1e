import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Privacy } from "./Privacy";

addTexts(import.meta.glob("@locales/*/privacy.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Privacy);
