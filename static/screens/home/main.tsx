import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Home } from "./Home";

addTexts(import.meta.glob("@locales/*/security.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Home);
