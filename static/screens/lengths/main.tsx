import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Lengths } from "./Lengths";

addTexts(import.meta.glob("@locales/*/lengths.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Lengths);
