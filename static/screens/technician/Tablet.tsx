import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { connection } from "@client/connection";
import { language, t } from "@client/i18n";
import { LiveArea, Skeleton, SkeletonLines } from "@design";
import { Actions } from "./Actions";
import { Faces } from "./Faces";
import { Focus } from "./Focus";
import { Head } from "./Head";
import { Side } from "./Side";
import { actAs } from "./taps";
import { Unsent } from "./Unsent";
import "./technician.css";
import "./focus.css";
import "./side.css";
import "./shapes.css";

export type View = ViewOf<"technician">;
export type Work = NonNullable<View["focus"]>;

const live = connection.watch<View>("technician");
effect(() => actAs(live.view.value?.me?.id));

export function Tablet() {
  useEffect(() => {
    document.title = t("technician-title");
  }, [language.value]);
  return (
    <LiveArea live={live} skeleton={<Loading />}>
      {(view) => (view.me ? <Mine view={view} /> : <Faces view={view} live={live} />)}
    </LiveArea>
  );
}

function Mine({ view }: { view: View }) {
  return (
    <div class="tablet">
      <Head view={view} live={live} />
      <Unsent />
      <div class="tablet-main">
        <main class="tablet-now">
          <Focus view={view} />
          <Actions view={view} />
        </main>
        <Side view={view} />
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div class="tablet" role="status" aria-label={t("loading")}>
      <Skeleton width="40%" height="3rem" />
      <div class="tablet-main">
        <div class="skeleton-lines">
          <Skeleton height="56vh" />
          <Skeleton height="5.5rem" />
        </div>
        <div class="skeleton-lines">
          <Skeleton height="9rem" />
          <SkeletonLines count={4} height="2.5rem" />
        </div>
      </div>
    </div>
  );
}
