import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { LookBack } from "./LookBack";

addTexts(import.meta.glob("@locales/*/look-back.ftl", { query: "?raw", import: "default", eager: true }));
startPage(LookBack);
