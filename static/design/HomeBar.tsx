import { ArrowLeft } from "lucide-preact";
import { t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Button } from "./Button";
import { ConnectionBadge } from "./Connection";
import { LanguageSwitch } from "./LanguageSwitch";

/** The top of a page that is not the floor's: the way home, the connection, the language. */
export function HomeBar({ class: own, live }: { class: string; live: LiveView<unknown> }) {
  return (
    <header class={own}>
      <Button variant="ghost" icon={ArrowLeft} onClick={() => location.assign("/")}>
        {t("button-home")}
      </Button>
      <div class="row push">
        <ConnectionBadge live={live} dot />
        <LanguageSwitch />
      </div>
    </header>
  );
}
