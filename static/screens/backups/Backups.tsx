import { Archive, CircleCheck, FlaskConical, TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { dayAndTime, number } from "@client/format";
import { t } from "@client/i18n";
import { BackOffice, Button, Chip, EmptyState, Icon, toast } from "@design";
import "./backups.css";

type View = ViewOf<"backups">;

const live = openView("backups");

const TONES = { good: "ok", untried: "wait", empty: "wait", unset: "alert", failing: "alert" } as const;

export function Backups() {
  return (
    <BackOffice title="backups-title" live={live} lines={5} class="backups">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  return (
    <main>
      <div class="backups-head">
        <div>
          <h1>{t("backups-title")}</h1>
          <p class="muted">{t("backups-text")}</p>
        </div>
        {view.health !== "unset" && <Ways view={view} />}
      </div>
      <Health view={view} />
      {view.health === "unset" ? null : view.newest ? <Facts view={view} /> : <Nothing />}
      {view.backups.length > 0 && <Shelf view={view} />}
      {view.record.length > 0 && <OnRecord view={view} />}
    </main>
  );
}

function Ways({ view }: { view: View }) {
  const [asked, setAsked] = useState(false);
  const busy = asked || view.doing !== null;
  const act = async (name: "backups.back_up_now" | "backups.drill_now") => {
    setAsked(true);
    try {
      await send(name, {});
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
    setAsked(false);
  };
  return (
    <div class="row push">
      <Button icon={FlaskConical} disabled={busy || !view.newest} onClick={() => void act("backups.drill_now")}>
        {t("backups-drill-now")}
      </Button>
      <Button variant="primary" icon={Archive} disabled={busy} onClick={() => void act("backups.back_up_now")}>
        {t("backups-now")}
      </Button>
    </div>
  );
}

function Health({ view }: { view: View }) {
  const tone = TONES[view.health];
  return (
    <section class={`backups-health ${tone}`}>
      <Icon of={tone === "ok" ? CircleCheck : TriangleAlert} size="1.8rem" />
      <div>
        <p class="backups-word">{t(`backups-health-${view.health}`)}</p>
        {view.health !== "failing" && <p>{t(`backups-health-${view.health}-text`)}</p>}
        {view.faults.map((fault) => (
          <p key={fault}>{t(`backups-fault-${fault}`)}</p>
        ))}
      </div>
    </section>
  );
}

function Nothing() {
  return (
    <EmptyState icon={Archive} title={t("backups-none")}>
      {t("backups-none-text")}
    </EmptyState>
  );
}

function Facts({ view }: { view: View }) {
  const { newest, drill } = view;
  return (
    <dl class="backups-facts">
      <Fact name="newest" value={newest ? dayAndTime(newest.made_at) : "–"} more={newest ? size(newest.size) : ""} />
      <Fact
        name="drill"
        value={drill ? t(drill.passed ? "backups-sound" : "backups-unsound") : t("backups-never")}
        more={drill ? t("backups-drill-more", { at: dayAndTime(drill.at), count: drill.verified }) : ""}
      />
      <Fact name="kept" value={number(view.count)} more={t("backups-kept-more", { size: size(view.bytes_kept), free: size(view.free) })} />
      <Fact
        name="second"
        value={t(`backups-second-${view.second}`)}
        more={view.second === "there" ? t("backups-second-more", { count: view.second_count }) : ""}
      />
    </dl>
  );
}

function Fact({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div>
      <dt>{t(`backups-${name}`)}</dt>
      <dd class="backups-value">{value}</dd>
      <dd class="muted">{more}</dd>
    </div>
  );
}

function Shelf({ view }: { view: View }) {
  return (
    <section>
      <h2>{t("backups-shelf")}</h2>
      <p class="muted backups-path">{view.folder}</p>
      <ul class="backups-list">
        {view.backups.map((one, place) => (
          <li key={one.file}>
            <span>{dayAndTime(one.made_at)}</span>
            <span class="muted backups-path">{one.file}</span>
            {place === 0 && <Chip tone="ok">{t("backups-newest-mark")}</Chip>}
            <span class="push">{size(one.size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OnRecord({ view }: { view: View }) {
  return (
    <section>
      <h2>{t("backups-record")}</h2>
      <ul class="backups-list">
        {view.record.map((line) => (
          <li key={`${line.at}${line.kind}`}>
            <span>{t(`backups-fact-${line.kind.replaceAll("_", "-")}`)}</span>
            <span class="push muted">{dayAndTime(line.at)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function size(bytes: number): string {
  if (bytes >= 1e9) return `${number(Math.round(bytes / 1e8) / 10)}\u00a0GB`;
  return bytes >= 1e6 ? `${number(Math.round(bytes / 1e5) / 10)}\u00a0MB` : `${number(Math.max(1, Math.round(bytes / 1e3)))}\u00a0kB`;
}
