import { CloudOff, Leaf, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { sayError, t } from "@client/i18n";
import { isForbidden, type LiveView, type ProblemData } from "@client/live";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./states.css";

export interface WayOut {
  label: string;
  onClick: () => void;
}

/** Nothing here yet, and what to do next. */
export function EmptyState({
  icon = Leaf,
  title,
  children,
  action,
}: {
  icon?: LucideIcon;
  title: string;
  children?: ComponentChildren;
  action?: WayOut;
}) {
  return (
    <div class="state">
      <span class="state-mark">
        <Icon of={icon} size="2em" />
      </span>
      <p class="state-title">{title}</p>
      {children && <div class="state-text">{children}</div>}
      {action && (
        <Button variant="primary" onClick={action.onClick}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

/** What went wrong in one sentence, the code for whoever helps, and a way out. */
export function ErrorState({ sentence, code, action }: { sentence: string; code?: string; action?: WayOut }) {
  return (
    <div class="state failed" role="alert">
      <span class="state-mark">
        <Icon of={CloudOff} size="2em" />
      </span>
      <p class="state-title">{sentence}</p>
      {code && <p class="state-code">{t("error-code", { code })}</p>}
      {action && (
        <Button variant="primary" onClick={action.onClick}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

/** A grey shape in the place of what is coming. Give it the size of the real thing. */
export function Skeleton({ width = "100%", height = "1em", round = false }: { width?: string; height?: string; round?: boolean }) {
  return <span class={round ? "skeleton round" : "skeleton"} style={{ width, height }} aria-hidden="true" />;
}

/** Skeleton lines for a list or a text. */
export function SkeletonLines({ count = 3, height = "1.25em" }: { count?: number; height?: string }) {
  return (
    <div class="skeleton-lines" role="status" aria-label={t("loading")}>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} width={`${[100, 86, 94, 72][index % 4]}%`} />
      ))}
    </div>
  );
}

export function problemWayOut(problem: ProblemData, retry: () => void): WayOut {
  if (isForbidden(problem)) return { label: t("button-home"), onClick: () => location.assign("/") };
  return { label: t("button-retry"), onClick: retry };
}

/** Draws a live view: its skeleton first, the last good view whenever there is one, a refusal when there is nothing else. */
export function LiveArea<V>({
  live,
  skeleton,
  children,
}: {
  live: LiveView<V>;
  skeleton: ComponentChildren;
  children: (view: V) => ComponentChildren;
}) {
  const view = live.view.value;
  const problem = live.problem.value;
  if (view !== undefined) return <>{children(view)}</>;
  if (problem) {
    return <ErrorState sentence={sayError(problem)} code={problem.code} action={problemWayOut(problem, () => live.retry())} />;
  }
  if (live.status.value === "offline") {
    const action = { label: t("button-retry"), onClick: () => live.retry() };
    return <ErrorState sentence={t("error-unreachable")} code="unreachable" action={action} />;
  }
  return <>{skeleton}</>;
}
