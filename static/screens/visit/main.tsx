import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Visit } from "./Visit";

addTexts(import.meta.glob("@locales/*/visit.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Visit);
