import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Kiosk } from "./Kiosk";

addTexts(import.meta.glob(["@locales/*/kiosk.ftl", "@locales/*/errors-kiosk.ftl"], { query: "?raw", import: "default", eager: true }));
startPage(Kiosk);
