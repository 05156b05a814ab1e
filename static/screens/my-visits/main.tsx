import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { MyVisits } from "./MyVisits";

addTexts(import.meta.glob("@locales/*/{my-visits,errors-security,errors-bookings}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(MyVisits);
