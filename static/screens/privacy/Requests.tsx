import { Download, HandHelping, ShieldCheck, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "@client/door";
import { takeFile } from "@client/files";
import { dayAndTime } from "@client/format";
import { language, t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { Button, Chip, Dialog, EmptyState, toast } from "@design";
import { done } from "./act";
import type { View } from "./Privacy";

type Line = View["waiting"][number];
const TONES = { asked: "wait", approved: "ok", done: "ok", refused: "alert", withdrawn: "neutral", expired: "neutral" } as const;

/** Whoever asked and still has the page open hears what came of it. */
export function useOutcome(view: View): void {
  const waited = useRef(new Set<string>());
  useEffect(() => {
    for (const line of [...view.waiting, ...view.over]) {
      if (!line.is_mine || !waited.current.has(line.id)) continue;
      if (line.state === "approved" || line.state === "done") toast(t("privacy-heard-approved", { what: words(line), name: line.decided_by }));
      if (line.state === "refused") toast(t("privacy-heard-refused", { what: words(line), name: line.decided_by }), { tone: "alert" });
    }
    waited.current = new Set(view.waiting.filter((line) => line.is_mine && line.state === "asked").map((line) => line.id));
  }, [view]);
}

export function Requests({ view }: { view: View }) {
  return (
    <section>
      <h2>{t("privacy-waiting")}</h2>
      {view.waiting.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t("privacy-none")}>
          {t("privacy-none-text")}
        </EmptyState>
      ) : (
        <ul class="privacy-list">
          {view.waiting.map((line) => (
            <Request key={line.id} line={line} />
          ))}
        </ul>
      )}
      {view.over.length > 0 && (
        <details class="privacy-over">
          <summary class="unfolds">
            {t("privacy-over")} · {view.over.length}
          </summary>
          <ul class="privacy-list">
            {view.over.map((line) => (
              <Request key={line.id} line={line} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function words(line: Line): string {
  return t(`privacy-kind-${line.kind}`, { name: line.customer_name || t("privacy-erased-person") });
}

function Request({ line }: { line: Line }) {
  const asking = useOpened<true>();
  const who = line.by_customer ? t("privacy-by-customer") : line.asked_by || t("privacy-by-staff");
  const data = { approval_id: line.id };
  return (
    <li class="privacy-request">
      <div class="privacy-words">
        <p class="privacy-what">{words(line)}</p>
        <p class="small muted">
          {[who, dayAndTime(line.asked_at), t(`privacy-why-${line.reason}`)].join(" · ")}
          {line.decided_by && ` — ${t("privacy-decided", { name: line.decided_by })}`}
        </p>
        {line.state === "asked" && line.expires_at && <p class="small muted">{t("privacy-until", { at: dayAndTime(line.expires_at) })}</p>}
        {line.state === "approved" && line.usable_until && <p class="small">{t("privacy-usable", { at: dayAndTime(line.usable_until) })}</p>}
        {line.state === "asked" && line.is_mine && <p class="small muted">{t("privacy-other-person")}</p>}
      </div>
      <Chip tone={TONES[line.state as keyof typeof TONES] ?? "neutral"}>{t(`privacy-state-${line.state}`)}</Chip>
      <div class="row wrap privacy-acts">
        {line.can_use && (
          <Button variant="primary" icon={Download} onClick={() => void done(() => takeFile("/api/privacy/customer-list", { ...data, language: language.value }), t("privacy-taken"))}>
            {t("privacy-take")}
          </Button>
        )}
        {line.state === "asked" && line.is_mine && (
          <Button icon={X} onClick={() => void done(() => send("privacy.withdraw", data))}>
            {t("privacy-withdraw")}
          </Button>
        )}
        {line.can_decide && (
          <>
            <Button onClick={() => void done(() => send("privacy.decline", data))}>{t("privacy-decline")}</Button>
            <Button variant="primary" icon={HandHelping} onClick={() => asking.open(true)}>
              {t("privacy-allow")}
            </Button>
          </>
        )}
      </div>
      {asking.what && <Allowing line={line} onClose={asking.shut} />}
    </li>
  );
}

function Allowing({ line, onClose }: { line: Line; onClose: () => void }) {
  const [working, setWorking] = useState(false);
  const allow = async () => {
    setWorking(true);
    if (await done(() => send("privacy.approve", { approval_id: line.id }), t("privacy-allowed"))) onClose();
    setWorking(false);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("privacy-allow-title")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant={line.kind === "erasure" ? "danger" : "primary"} working={working} onClick={() => void allow()}>
            {t(line.kind === "erasure" ? "privacy-allow-and-erase" : "privacy-allow")}
          </Button>
        </>
      }
    >
      <div class="column">
        <p class="privacy-what">{words(line)}</p>
        <p>{t(`privacy-allow-${line.kind}`)}</p>
      </div>
    </Dialog>
  );
}
