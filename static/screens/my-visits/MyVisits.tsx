import { LogOut } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { language, pick, t } from "@client/i18n";
import { Button, HomeBar, LiveArea, SkeletonLines, toast } from "@design";
import { Entering } from "./Entering";
import { Details } from "./Details";
import { OwnFile } from "./OwnFile";
import { leave, live, type View } from "./state";
import { Past, Upcoming } from "./Visits";
import "./my-visits.css";

export function MyVisits() {
  useEffect(() => {
    document.title = t("my-title");
  }, [language.value]);
  return (
    <div class="my">
      <LiveArea live={live} skeleton={<SkeletonLines count={6} height="3.5rem" />}>
        {(view) => <Page view={view} />}
      </LiveArea>
    </div>
  );
}

function Page({ view }: { view: View }) {
  const out = () => void leave().catch((error: Error) => toast(error.message, { tone: "alert" }));
  return (
    <>
      <HomeBar live={live} />
      {view.me === null ? (
        <Entering view={view} />
      ) : (
        <main class="my-paper">
          <header class="my-head">
            <p class="muted">{pick(view.store.name)}</p>
            <h1>{t("my-greeting", { name: view.me.name })}</h1>
          </header>
          <Upcoming lines={view.upcoming} />
          <Past lines={view.past} />
          <Details me={view.me} channels={view.channels} />
          <OwnFile />
          <div>
            <Button icon={LogOut} onClick={out}>
              {t("my-leave")}
            </Button>
          </div>
        </main>
      )}
    </>
  );
}
