import { keepPage, stayAwake } from "@client/standing";
import { startSpeaking } from "@design";
import { Kiosk } from "./Kiosk";

void startSpeaking(Kiosk, import.meta.glob<string>(["@locales/*/kiosk.ftl", "@locales/*/errors-kiosk.ftl"], { query: "?raw", import: "default" }));
keepPage();
stayAwake();
addEventListener("contextmenu", (event) => event.preventDefault()); // a long press on a picture leads out of the page
