import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { SignIn } from "./SignIn";

addTexts(import.meta.glob("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default", eager: true }));
startPage(SignIn);
