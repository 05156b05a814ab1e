import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Catalog } from "./Catalog";

addTexts(import.meta.glob("@locales/*/{catalog,errors-catalog,errors-stations}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Catalog);
