import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Alarms } from "./Alarms";

addTexts(import.meta.glob("@locales/*/alarms.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Alarms);
