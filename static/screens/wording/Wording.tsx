import { SearchX, TriangleAlert, WholeWord } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ParamsOf, ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { hasText, t } from "@client/i18n";
import { BackOffice, Button, Callout, Chip, EmptyState, SegmentedControl, Select, TextInput } from "@design";
import { follow, leftBehind } from "./drafts";
import { Line } from "./Line";
import "./wording.css";

export type View = ViewOf<"wording">;
export type TextLine = View["lines"][number];
type Group = View["groups"][number];
type Asked = Required<ParamsOf<"wording">>;

const LINES = 50;
const START: Asked = { q: "", group: "", changed: false, lines: LINES };
const SEARCH_REST_MS = 200;
const live = openView("wording", START);

/** Every text of the product, and what the store says instead. */
export function Wording() {
  return (
    <BackOffice title="wording-title" live={live} lines={8} class="wording">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const [asked, setAsked] = useState(START);
  useEffect(() => {
    if (asked === START) return undefined;
    const timer = setTimeout(() => live.setParams({ ...asked }), SEARCH_REST_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  useEffect(() => follow(view.lines), [view]);
  const look = (change: Partial<Asked>) => setAsked((before) => ({ ...before, lines: LINES, ...change }));
  return (
    <main>
      <header class="wording-head">
        <h1>{t("wording-title")}</h1>
        <p class="muted">{t("wording-text")}</p>
      </header>
      <div class="wording-search">
        <TextInput label={t("wording-search")} type="search" maxLength={100} placeholder={t("wording-search-hint")} value={asked.q} onValue={(q) => look({ q })} />
        <Select label={t("wording-group")} value={asked.group} onValue={(group) => look({ group })} options={places(view.groups)} />
        <SegmentedControl
          label={t("wording-which")}
          value={asked.changed ? "changed" : "all"}
          onValue={(which) => look({ changed: which === "changed" })}
          options={[
            { value: "all", label: t("wording-all") },
            { value: "changed", label: view.changed ? t("wording-changed-count", { count: view.changed }) : t("wording-changed") },
          ]}
        />
      </div>
      {view.left_out > 0 && (
        <Callout as="div" icon={TriangleAlert} class="wording-left-out" role="status">
          <span>{t("wording-left-out", { count: view.left_out })}</span>
          {!asked.changed && (
            <Button variant="ghost" onClick={() => setAsked({ ...START, changed: true })}>
              {t("wording-show-them")}
            </Button>
          )}
        </Callout>
      )}
      <LeftBehind lines={leftBehind(view.lines)} />
      {view.found === 0 ? <Nothing asked={asked} look={look} /> : <Found view={view} more={() => look({ lines: asked.lines + 2 * LINES })} />}
    </main>
  );
}

function groupName(name: string): string {
  return hasText(`wording-group-${name}`) ? t(`wording-group-${name}`) : name;
}

function places(groups: readonly Group[]) {
  const named = groups.map(({ name, texts }) => ({ value: name, label: `${groupName(name)} · ${texts}` }));
  return [{ value: "", label: t("wording-everywhere") }, ...named];
}

function Nothing({ asked, look }: { asked: Asked; look: (change: Partial<Asked>) => void }) {
  const untouched = asked.changed && !asked.q && !asked.group;
  if (untouched) {
    return (
      <EmptyState icon={WholeWord} title={t("wording-none-changed")} action={{ label: t("wording-all"), onClick: () => look({ changed: false }) }}>
        {t("wording-none-changed-hint")}
      </EmptyState>
    );
  }
  const narrow = asked.changed || asked.group !== "";
  return (
    <EmptyState
      icon={SearchX}
      title={t("wording-none")}
      {...(narrow && { action: { label: t("wording-look-everywhere"), onClick: () => look({ changed: false, group: "" }) } })}
    >
      {t("wording-none-hint")}
    </EmptyState>
  );
}

/** What somebody was changing before they looked for something else. */
function LeftBehind({ lines }: { lines: TextLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section class="wording-group">
      <div class="wording-group-head">
        <h2>{t("wording-unsaved")}</h2>
      </div>
      <ul class="wording-list">
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ul>
    </section>
  );
}

function Found({ view, more }: { view: View; more: () => void }) {
  const groups = [...new Set(view.lines.map((line: TextLine) => line.group))];
  return (
    <>
      <p class="wording-found muted small" role="status">
        {t("wording-found", { count: view.found })}
      </p>
      {groups.map((group) => (
        <section key={group} class="wording-group">
          <div class="wording-group-head">
            <h2>
              {groupName(group)}
              <Changed groups={view.groups} name={group} />
            </h2>
            <span aria-hidden="true">{t("wording-in-zh")}</span>
            <span aria-hidden="true">{t("wording-in-en")}</span>
          </div>
          <ul class="wording-list">
            {view.lines
              .filter((line: TextLine) => line.group === group)
              .map((line: TextLine) => (
                <Line key={line.id} line={line} />
              ))}
          </ul>
        </section>
      ))}
      {view.lines.length < view.found && (
        <Button class="wording-more" onClick={more}>
          {t("wording-more")}
        </Button>
      )}
    </>
  );
}

function Changed({ groups, name }: { groups: readonly Group[]; name: string }) {
  const count = groups.find((each) => each.name === name)?.changed ?? 0;
  return count > 0 ? <Chip tone="celadon">{t("wording-changed-count", { count })}</Chip> : null;
}
