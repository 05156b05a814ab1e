import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Me } from "./Me";

addTexts(import.meta.glob("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Me);
