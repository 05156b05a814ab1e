import { startSpeaking } from "@design";
import { Staff } from "./Staff";

void startSpeaking(Staff, import.meta.glob<string>("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default" }));
