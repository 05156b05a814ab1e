import { ArrowLeft } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Button } from "./Button";
import { ConnectionBadge } from "./Connection";
import { LanguageSwitch } from "./LanguageSwitch";

/** The top of a page that is not the floor's: the way home, the connection, the language, and what else the page puts there. */
export function HomeBar({ class: own, live, children }: { class: string; live: LiveView<unknown>; children?: ComponentChildren }) {
  return (
    <header class={own}>
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
