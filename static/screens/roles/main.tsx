import { startSpeaking } from "@design";
import { Roles } from "./Roles";

void startSpeaking(Roles, import.meta.glob<string>("@locales/*/{roles,security,errors-security,errors-privacy}.ftl", { query: "?raw", import: "default" }));
