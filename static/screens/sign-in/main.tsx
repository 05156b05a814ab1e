import { startSpeaking } from "@design";
import { SignIn } from "./SignIn";

void startSpeaking(SignIn, import.meta.glob<string>("@locales/*/{security,errors-security}.ftl", { query: "?raw", import: "default" }));
