import { startSpeaking } from "@design";
import { Devices } from "./Devices";

void startSpeaking(Devices, import.meta.glob<string>("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default" }));
