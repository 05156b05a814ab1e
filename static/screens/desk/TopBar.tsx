import { CalendarPlus, Footprints, Keyboard, Search, Undo2 } from "lucide-preact";
import { hubNow } from "@client/clock";
import { percent, time } from "@client/format";
import { pick, say } from "@client/i18n";
import { Button, Clock, ConnectionBadge, Icon, IconButton, LanguageSwitch, SignOut } from "@design";
import { ownStep, undo } from "./act";
import { live, open } from "./desk_state";
import type { View } from "./types";
import { t } from "./words";

export function TopBar({ view }: { view: View }) {
  const step = ownStep(view) ?? view.undoable[0];
  const undoWord = step ? t("undo-step", { what: say(step.said) }) : t("undo-none");
  return (
    <header class="bar" data-once>
      <h1 class="bar-store">
        <a href="/" title={t("button-home")}>
          {pick(view.store.name)}
        </a>
      </h1>
      <Clock />
      <Figures view={view} />
      <div class="bar-tools">
        <button type="button" class="bar-search" onClick={() => (open.value = { what: "search" })} aria-keyshortcuts="Control+K">
          <Icon of={Search} />
          <span class="bar-search-word">{t("search")}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <IconButton of={Undo2} label={undoWord} variant="quiet" disabled={!step} onClick={() => step && void undo(step.command_id)} aria-keyshortcuts="Control+Z" />
        {view.may_check_in && (
          <Button icon={Footprints} onClick={() => (open.value = { what: "booking", draft: { kind: "walk_in" } })} aria-keyshortcuts="W">
            {t("do-walk-in")}
          </Button>
        )}
        {view.may_book && (
          <Button variant="primary" icon={CalendarPlus} onClick={() => (open.value = { what: "booking", draft: { kind: "book" } })} aria-keyshortcuts="B">
            {t("do-book")}
          </Button>
        )}
        <LanguageSwitch />
        <IconButton of={Keyboard} label={t("keys")} onClick={() => (open.value = { what: "keys" })} />
        <ConnectionBadge live={live} dot />
        <SignOut small />
      </div>
    </header>
  );
}

/** The plan in force and the share of promises kept: a line each, their whole story on hover. */
function Figures({ view }: { view: View }) {
  const share = view.promises_made ? view.promises_kept / view.promises_made : undefined;
  return (
    <dl class="bar-figures">
      <div title={t("promises-hint", { kept: view.promises_kept, made: view.promises_made })}>
        <dt>{t("promises")}</dt>
        <dd>
          <span class="meter" aria-hidden="true">
            <span style={{ width: `${(share ?? 0) * 100}%` }} />
          </span>
          <strong class="numbers">{share === undefined ? "–" : percent(share)}</strong>
        </dd>
      </div>
      <PlanFigure view={view} />
    </dl>
  );
}

function PlanFigure({ view }: { view: View }) {
  const { plan } = view;
  if (plan.author === "none") {
    return (
      <div>
        <dt>{t("plan")}</dt>
        <dd class="muted">{t("plan-none")}</dd>
      </div>
    );
  }
  const age = Math.max(0, Math.floor((hubNow() - Date.parse(plan.at)) / 60_000));
  const status = plan.stale ? t("plan-stale") : plan.gap_percent === null || plan.gap_percent >= GAP_WORTH_TELLING ? t(`plan-by-${plan.author}`) : gap(plan.gap_percent);
  return (
    <div title={[t("plan-at", { at: time(plan.at), age }), plan.reason && say(plan.reason)].filter(Boolean).join(" · ")}>
      <dt>{t("plan-number", { number: plan.number })}</dt>
      <dd class={plan.stale ? "plan stale" : "plan"}>
        <span class="plan-dot" aria-hidden="true" />
        {status}
      </dd>
    </div>
  );
}

/** A bound this loose says nothing about the plan. */
const GAP_WORTH_TELLING = 50;

function gap(percentage: number): string {
  return percentage === 0 ? t("plan-best") : t("plan-gap", { gap: percentage });
}
