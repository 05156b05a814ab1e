import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Backups } from "./Backups";

addTexts(import.meta.glob("@locales/*/{backups,errors-backups}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Backups);
