import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Roles } from "./Roles";

addTexts(import.meta.glob("@locales/*/{roles,security,errors-security,errors-privacy}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Roles);
