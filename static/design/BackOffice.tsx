import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { language, t } from "@client/i18n";
import { persist } from "@client/later";
import type { LiveView } from "@client/live";
import { HomeBar } from "./HomeBar";
import { SignOut } from "./SignOut";
import { LiveArea, SkeletonLines } from "./States";

/** The frame of a page behind the floor: the way home, the connection, the language, the way out, and a live view below. */
export function BackOffice<V>({
  title,
  live,
  lines,
  children,
  class: own,
}: {
  /** Id of the page's title. */
  title: string;
  live: LiveView<V>;
  /** How many skeleton lines stand for the page while it loads. */
  lines: number;
  children: (view: V) => ComponentChildren;
  class: string;
}) {
  useEffect(() => {
    document.title = t(title);
  }, [language.value]);
  useEffect(() => void persist(() => import("./keep_focus")).then(({ keepFocus }) => keepFocus()), []);
  return (
    <div class={own}>
      <HomeBar live={live}>
        <SignOut small />
      </HomeBar>
      <LiveArea live={live} skeleton={<SkeletonLines count={lines} height="4rem" />}>
        {children}
      </LiveArea>
    </div>
  );
}
