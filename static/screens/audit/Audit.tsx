import { Download, ScrollText, SearchX } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { isoDate } from "@client/format";
import { t } from "@client/i18n";
import { BackOffice, Button, EmptyState, toast } from "@design";
import { Chain } from "./Chain";
import { csvOf, saveAs } from "./csv";
import { Filter } from "./Filter";
import { Lines } from "./Lines";
import { clear, filters, isFirstPage, live, loading, newer, older, type View } from "./state";
import "./audit.css";

export function Audit() {
  return (
    <BackOffice title="audit-title" live={live} lines={10} class="audit">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  return (
    <main>
      <div class="audit-head">
        <div>
          <h1>{t("audit-title")}</h1>
          <p class="muted">{t("audit-text")}</p>
        </div>
        {view.lines.length > 0 && <Save view={view} />}
      </div>
      <Chain chain={view.chain} />
      <Filter view={view} />
      <div class={loading.value ? "audit-lines waiting" : "audit-lines"} aria-busy={loading.value}>
        {view.lines.length > 0 ? <Lines lines={view.lines} /> : <Nothing />}
      </div>
      <Pages view={view} />
    </main>
  );
}

function Nothing() {
  const isFiltered = Object.keys(filters.value).length > 0;
  if (!isFiltered) {
    return (
      <EmptyState icon={ScrollText} title={t("audit-empty")}>
        {t("audit-empty-text")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={SearchX} title={t("audit-nothing")} action={{ label: t("audit-filter-clear"), onClick: clear }}>
      {t("audit-nothing-text")}
    </EmptyState>
  );
}

function Pages({ view }: { view: View }) {
  if (isFirstPage.value && view.older === null) return null;
  return (
    <nav class="audit-pages">
      <Button disabled={isFirstPage.value} onClick={newer}>
        {t("audit-newer")}
      </Button>
      {view.looked_back_to && <p class="muted small">{t("audit-looked-back", { at: view.looked_back_to })}</p>}
      <Button disabled={view.older === null} onClick={() => view.older !== null && older(view.older)}>
        {t(view.looked_back_to ? "audit-look-further" : "audit-older")}
      </Button>
    </nav>
  );
}

/** The file is made of what is on the screen; that somebody took it is on record first. */
function Save({ view }: { view: View }) {
  const [working, setWorking] = useState(false);
  const save = async () => {
    setWorking(true);
    const numbers = view.lines.map((line) => line.seq);
    try {
      await send("audit.note_export", { oldest: Math.min(...numbers), newest: Math.max(...numbers), lines: numbers.length });
      saveAs(`salon-hub-${isoDate(view.lines[0]!.at)}-${numbers[0]}.csv`, csvOf(view.lines));
      toast(t("audit-saved"));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    } finally {
      setWorking(false);
    }
  };
  return (
    <Button icon={Download} class="push" working={working} onClick={() => void save()}>
      {t("audit-save")}
    </Button>
  );
}
