import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { t } from "@client/i18n";
import { useLater } from "@client/later";
import { BackOffice } from "@design";
import { Asking } from "./Asking";
import { Keys } from "./Keys";
import { Record } from "./Record";
import { Requests, useOutcome } from "./Requests";
import "./privacy.css";

export type View = ViewOf<"privacy">;
const live = openView("privacy");
const TABS = ["requests", "record", "customers", "keys"] as const;
type Tab = (typeof TABS)[number];
const NEEDS: Record<Tab, string> = { requests: "", record: "privacy.record", customers: "customers.read", keys: "privacy.keys" };

export function Privacy() {
  return (
    <BackOffice title="privacy-title" live={live} lines={8} class="privacy">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const tabs = TABS.filter((each) => !NEEDS[each] || view.may.includes(NEEDS[each]));
  const [tab, setTab] = useState<Tab>("requests");
  useOutcome(view);
  const mine = view.waiting.filter((line) => line.can_decide || line.can_use).length;
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = (tabs.indexOf(tab) + by + tabs.length) % tabs.length;
    setTab(tabs[to]!);
    (event.currentTarget as HTMLElement).querySelectorAll("button")[to]!.focus();
  };
  return (
    <main>
      <h1>{t("privacy-title")}</h1>
      <p class="muted privacy-lead">{t("privacy-text")}</p>
      {tabs.length > 1 && (
        <div class="privacy-tabs" role="tablist" onKeyDown={(event) => step(event)}>
          {tabs.map((each) => (
            <button key={each} type="button" role="tab" aria-selected={tab === each} tabIndex={tab === each ? 0 : -1} class={tab === each ? "privacy-tab chosen" : "privacy-tab"} onClick={() => setTab(each)}>
              {t(`privacy-tab-${each}`)}
              {each === "requests" && mine > 0 && <span class="privacy-count">{mine}</span>}
            </button>
          ))}
        </div>
      )}
      {tab === "requests" && (
        <>
          <Asking view={view} />
          <Requests view={view} />
        </>
      )}
      {tab === "record" && <Record />}
      {tab === "customers" && <CustomersLater view={view} />}
      {tab === "keys" && view.keys && <Keys keys={view.keys} />}
    </main>
  );
}

/** Loaded when it is asked for: the page opens with what waits. */
function CustomersLater({ view }: { view: View }) {
  const later = useLater(() => import("./Customers"));
  return later ? <later.Customers view={view} /> : null;
}
