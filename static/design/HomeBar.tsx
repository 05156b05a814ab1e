import { ArrowLeft } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Button } from "./Button";
import { ConnectionBadge } from "./Connection";
import { LanguageSwitch } from "./LanguageSwitch";
import "./top-bar.css";

/** The top of a page that is not the floor's: the way home, the connection, the language, and what else the page puts there. */
export function HomeBar({ live, children }: { live: LiveView<unknown>; children?: ComponentChildren }) {
  return (
    <header class="top-bar">
      <Button variant="ghost" icon={ArrowLeft} onClick={() => location.assign("/")}>
        {t("button-home")}
      </Button>
      <div class="row push">
        <ConnectionBadge live={live} dot />
        <LanguageSwitch />
        {children}
      </div>
    </header>
  );
}
