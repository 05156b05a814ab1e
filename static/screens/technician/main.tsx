import { keepPage, stayAwake } from "@client/standing";
import { startSpeaking } from "@design";
import { Tablet } from "./Tablet";

void startSpeaking(Tablet, import.meta.glob<string>(["@locales/*/technician.ftl", "@locales/*/planning.ftl"], { query: "?raw", import: "default" }));
keepPage();
stayAwake();
