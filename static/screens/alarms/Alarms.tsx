import { BellRing, ShieldCheck, TriangleAlert } from "lucide-preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { BackOffice, Button, Dialog, EmptyState, Icon, TextArea, toast } from "@design";
import { Measures } from "./Measures";
import "./alarms.css";

type View = ViewOf<"alarms">;
type Line = View["open"][number];

const live = openView("alarms");

export function Alarms() {
  return (
    <BackOffice title="alarms-title" live={live} lines={5} class="alarms">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const closing = useOpened<Line>();
  return (
    <main>
      <h1>{t("alarms-title")}</h1>
      <p class="muted">{t("alarms-text")}</p>
      {view.open.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t("alarms-none")}>
          {t("alarms-none-text")}
        </EmptyState>
      ) : (
        <ul class="alarm-list">
          {view.open.map((line) => (
            <li key={line.id} class={line.is_urgent ? "alarm alert" : "alarm wait"}>
              <span class="alarm-mark">
                <Icon of={line.is_urgent ? TriangleAlert : BellRing} size="1.5rem" />
              </span>
              <Words line={line} />
              <Button variant="ghost" onClick={() => location.assign(line.who_id ? `/audit?person=${line.who_id}` : "/audit")}>
                {t("alarms-look")}
              </Button>
              <Button onClick={() => closing.open(line)}>{t("alarms-close")}</Button>
            </li>
          ))}
        </ul>
      )}
      {view.closed.length > 0 && (
        <details class="alarms-closed">
          <summary class="unfolds">
            {t("alarms-closed")} · {view.closed.length}
          </summary>
          <ul class="alarm-list">
            {view.closed.map((line) => (
              <li key={line.id} class="alarm neutral">
                <Words line={line} />
                <p class="small">
                  {line.note}
                  <span class="muted"> · {line.closed_by}</span>
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
      <Measures measures={view.measures} />
      <Closing line={closing.what} onClose={closing.shut} />
    </main>
  );
}

function Words({ line }: { line: Line }) {
  return (
    <div class="alarm-words">
      <p class="alarm-name">{t(`alarms-rule-${line.rule}`)}</p>
      <p class="muted small">
        {[line.who, t("alarms-count", { count: line.count, minutes: line.minutes }), dayAndTime(line.at)].filter(Boolean).join(" · ")}
      </p>
    </div>
  );
}

function Closing({ line, onClose }: { line: Line | undefined; onClose: () => void }) {
  const [note, setNote] = useState("");
  useLayoutEffect(() => setNote(""), [line?.id]);
  const close = async () => {
    if (!line) return;
    try {
      await send("alarms.close", { alarm_id: line.id, note: note.trim() });
      onClose();
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <Dialog
      open={line !== undefined}
      onClose={onClose}
      title={t("alarms-close-title")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" disabled={!note.trim()} onClick={() => void close()}>
            {t("alarms-close")}
          </Button>
        </>
      }
    >
      <p class="alarm-about">{line && t(`alarms-rule-${line.rule}`)}</p>
      <TextArea label={t("alarms-note")} hint={t("alarms-note-hint")} maxLength={2000} value={note} onValue={setNote} />
    </Dialog>
  );
}
