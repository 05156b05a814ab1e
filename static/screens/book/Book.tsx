import { ChevronLeft } from "lucide-preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { pick, t, language } from "@client/i18n";
import { ConnectionBadge, IconButton, LanguageSwitch, LiveArea, SkeletonLines } from "@design";
import { Details } from "./Details";
import { Services } from "./Services";
import { catalog, step, back, type BookView } from "./state";
import { When } from "./When";
import "@design/slots.css";
import "./book.css";

const STEPS = ["services", "when", "details"] as const;

export function Book() {
  useEffect(() => {
    document.title = t("book-title");
  }, [language.value]);
  return (
    <div class="book">
      <LiveArea live={catalog} skeleton={<SkeletonLines count={6} height="3.5rem" />}>
        {(view) => <Steps view={view} />}
      </LiveArea>
    </div>
  );
}

function Steps({ view }: { view: BookView }) {
  const now = step.value;
  useLayoutEffect(() => scrollTo(0, 0), [now]);
  return (
    <>
      <header class="book-head">
        {now === "services" ? null : <IconButton of={ChevronLeft} label={t("button-back")} onClick={back} />}
        <p class="book-store">{pick(view.store.name)}</p>
        <LanguageSwitch />
      </header>
      {catalog.status.value !== "live" && (
        <p class="book-cut-off">
          <ConnectionBadge live={catalog} />
        </p>
      )}
      <ol class="book-way" aria-label={t("book-way")}>
        {STEPS.map((each, index) => (
          <li key={each} class={index <= STEPS.indexOf(now) ? "done" : ""} aria-current={each === now ? "step" : undefined}>
            <span>{t(`book-step-${each}`)}</span>
          </li>
        ))}
      </ol>
      <main>
        {now === "services" && <Services view={view} />}
        {now === "when" && <When view={view} />}
        {now === "details" && <Details view={view} />}
      </main>
    </>
  );
}
