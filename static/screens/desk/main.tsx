import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Desk } from "./Desk";

addTexts(
  import.meta.glob(["@locales/*/desk.ftl", "@locales/*/planning.ftl", "@locales/*/floor.ftl", "@locales/*/errors-planning.ftl"], {
    query: "?raw",
    import: "default",
    eager: true,
  }),
);
startPage(Desk);
