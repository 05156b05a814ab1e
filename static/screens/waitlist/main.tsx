import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Place } from "./Place";

addTexts(
  import.meta.glob(["@locales/*/waitlist.ftl", "@locales/*/visit.ftl"], { query: "?raw", import: "default", eager: true }),
);
startPage(Place);
