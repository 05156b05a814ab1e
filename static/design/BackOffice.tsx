import { ArrowLeft } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { language, t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Button } from "./Button";
import { ConnectionBadge } from "./Connection";
import { LanguageSwitch } from "./LanguageSwitch";
import { LiveArea, SkeletonLines } from "./States";

/** The frame of a page behind the floor: the way home, the connection, the language, and a live view below. */
export function BackOffice<V>({
  title,
  live,
  lines,
  children,
  class: own,
  bar,
}: {
  /** Id of the page's title. */
  title: string;
  live: LiveView<V>;
  /** How many skeleton lines stand for the page while it loads. */
  lines: number;
  children: (view: V) => ComponentChildren;
  class: string;
  bar: string;
}) {
  useEffect(() => {
    document.title = t(title);
  }, [language.value]);
  return (
    <div class={own}>
      <header class={bar}>
        <Button variant="ghost" icon={ArrowLeft} onClick={() => location.assign("/")}>
          {t("button-home")}
        </Button>
        <div class="row push">
          <ConnectionBadge live={live} dot />
          <LanguageSwitch />
        </div>
      </header>
      <LiveArea live={live} skeleton={<SkeletonLines count={lines} height="4rem" />}>
        {children}
      </LiveArea>
    </div>
  );
}
