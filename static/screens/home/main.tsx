import { startSpeaking } from "@design";
import { Home } from "./Home";

void startSpeaking(Home, import.meta.glob<string>("@locales/*/security.ftl", { query: "?raw", import: "default" }));
