import { ChevronLeft, ChevronRight, History, Moon } from "lucide-preact";
import { day as shortDay, noon } from "@client/format";
import { sayError, t } from "@client/i18n";
import { BackOffice, EmptyState, ErrorState, IconButton, Select, Skeleton } from "@design";
import { Costs } from "./Costs";
import { Levels } from "./Levels";
import { Verdict } from "./Verdict";
import { Picture } from "./Picture";
import { choose, chosen, type Days, type Found, live, useDay } from "./state";
import "./look-back.css";

export function LookBack() {
  return (
    <BackOffice title="look-back-title" live={live} lines={6} class="look-back">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: Days }) {
  const day = chosen.value ?? view.days[0]?.day;
  return (
    <main>
      <header class="look-back-head">
        <div>
          <h1>{t("look-back-title")}</h1>
          <p class="muted">{t("look-back-lead")}</p>
        </div>
        {day && <Chooser days={view.days} day={day} />}
      </header>
      {day ? (
        <Day key={day} day={day} />
      ) : (
        <EmptyState icon={Moon} title={t("look-back-none")}>
          {t("look-back-none-text")}
        </EmptyState>
      )}
    </main>
  );
}

/** Noon is the same date in every zone that shops are in. */
function dated(day: string): string {
  return shortDay(noon(day));
}

function Chooser({ days, day }: { days: Days["days"]; day: string }) {
  const known = days.findIndex((each: Days["days"][number]) => each.day === day);
  const before = known < 0 ? days.find((each: Days["days"][number]) => each.day < day) : days[known + 1];
  const after = known < 0 ? undefined : days[known - 1];
  const options = days.map((each: Days["days"][number]) => ({ value: each.day, label: t("look-back-option", { day: dated(each.day), came: each.came }) }));
  if (known < 0) options.unshift({ value: day, label: dated(day) });
  return (
    <div class="look-back-days">
      <IconButton of={ChevronLeft} label={t("look-back-before")} disabled={!before} onClick={() => before && choose(before.day)} />
      <Select label={t("look-back-day")} value={day} onValue={choose} options={options} />
      <IconButton of={ChevronRight} label={t("look-back-after")} disabled={!after} onClick={() => after && choose(after.day)} />
    </div>
  );
}

function Day({ day }: { day: string }) {
  const { told, problem, again } = useDay(day);
  if (problem) return <ErrorState sentence={sayError(problem)} code={problem.code} action={{ label: t("button-retry"), onClick: again }} />;
  if (!told) return <Looking />;
  if (!told.found) {
    return (
      <EmptyState icon={told.state === "not_over" ? Moon : History} title={t(`look-back-${told.state.replace("_", "-")}`)}>
        {t(`look-back-${told.state.replace("_", "-")}-text`)}
      </EmptyState>
    );
  }
  return <Compared found={told.found} />;
}

/** The shape of what is coming, and what takes so long. */
function Looking() {
  return (
    <div class="look-back-looking" role="status">
      <p>{t("look-back-looking")}</p>
      <Skeleton height="7rem" />
      <Skeleton height="20rem" />
      <Skeleton height="12rem" />
    </div>
  );
}

function Compared({ found }: { found: Found }) {
  return (
    <>
      <Verdict found={found} />
      <Levels found={found} />
      <Costs found={found} />
      <Picture found={found} />
      <p class="muted small look-back-foot">
        {t(found.contradictory ? "look-back-contradictory" : found.proven ? "look-back-proven" : "look-back-open", { seconds: found.seconds })}{" "}
        {t("look-back-assumed")}
      </p>
    </>
  );
}
