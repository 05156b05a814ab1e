import { startSpeaking } from "@design";
import { Me } from "./Me";

void startSpeaking(Me, import.meta.glob<string>("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default" }));
