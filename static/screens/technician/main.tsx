import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Tablet } from "./Tablet";

addTexts(
  import.meta.glob(["@locales/*/technician.ftl", "@locales/*/planning.ftl"], {
    query: "?raw",
    import: "default",
    eager: true,
  }),
);
startPage(Tablet);
