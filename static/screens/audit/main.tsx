import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Audit } from "./Audit";

addTexts(import.meta.glob("@locales/*/audit.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Audit);
