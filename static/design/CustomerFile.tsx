import { Eye, ShieldAlert } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { addTexts, t } from "@client/i18n";
import { Button } from "./Button";
import { Select, TextInput } from "./Field";
import { LiveArea, SkeletonLines } from "./States";
import { toast } from "./Toast";
import "./customer-file.css";

addTexts(import.meta.glob("@locales/*/{customer-file,errors-privacy}.ftl", { query: "?raw", import: "default", eager: true }));

type View = ViewOf<"privacy-file">;
type Reason = View["reasons"][number];
interface Shown {
  phone?: string;
  email?: string;
  allergy?: { version: string | null; text: string };
}

const HIDDEN_AGAIN_MS = 60_000;

/** A customer's contact and allergies, masked until somebody says why they look. What was shown hides itself again. */
export function CustomerFile({ id }: { id: string }) {
  const file = useMemo(() => openView("privacy-file", { customer_id: id }), [id]);
  useEffect(() => () => file.close(), [file]);
  return (
    <LiveArea live={file} skeleton={<SkeletonLines count={3} />}>
      {(view) => <Values key={view.customer_id} view={view} />}
    </LiveArea>
  );
}

function Values({ view }: { view: View }) {
  const [shown, setShown] = useState<Shown>({});
  const [why, setWhy] = useState<Reason>("call_back");
  const [note, setNote] = useState("");
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setShown({}), HIDDEN_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const version = view.allergy_version;
  // Not what was known before.
  const allergy = shown.allergy?.version === version ? shown.allergy.text : undefined;
  const data = { customer_id: view.customer_id };
  const reveal = async () => {
    try {
      const { result } = await send("privacy.see_contact", { ...data, reason: why, note: note.trim() || null });
      setShown((now) => ({ ...now, phone: result.phone, email: result.email }));
      setAsking(false);
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const open = async () => {
    try {
      const allergy = { version, text: (await send("privacy.open_allergy", data)).result.allergy };
      setShown((now) => ({ ...now, allergy }));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  const known = view.phone || view.email;
  return (
    <section class="file">
      <dl class="file-facts">
        <dt>{t("file-phone")}</dt>
        <dd class="numbers">{shown.phone ?? (view.phone || t("file-unknown"))}</dd>
        {view.email && (
          <>
            <dt>{t("file-email")}</dt>
            <dd>{shown.email ?? view.email}</dd>
          </>
        )}
        {view.has_allergy && (
          <>
            <dt>{t("file-allergy")}</dt>
            <dd>{allergy ?? t("file-allergy-hidden")}</dd>
          </>
        )}
      </dl>
      <div class="row wrap">
        {known && shown.phone === undefined && !asking && view.may.includes("privacy.reveal") && (
          <Button icon={Eye} onClick={() => setAsking(true)}>
            {t("file-show")}
          </Button>
        )}
        {view.has_allergy && allergy === undefined && view.may.includes("privacy.allergy") && (
          <Button icon={ShieldAlert} onClick={() => void open()}>
            {t("file-allergy-open")}
          </Button>
        )}
      </div>
      {asking && (
        <form
          class="file-why"
          onSubmit={(event) => {
            event.preventDefault();
            void reveal();
          }}
        >
          <Select label={t("file-why")} autoFocus value={why} onValue={(value) => setWhy(value as Reason)} options={view.reasons.map((each) => ({ value: each, label: t(`file-why-${each}`) }))} />
          {why === "other" && <TextInput label={t("file-why-note")} maxLength={120} value={note} onValue={setNote} />}
          {problem && (
            <p class="file-problem" role="alert">
              {problem}
            </p>
          )}
          <div class="row wrap">
            <Button type="submit" variant="primary" disabled={why === "other" && !note.trim()}>
              {t("file-show-do")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("button-cancel")}</Button>
          </div>
        </form>
      )}
      <p class="small muted">{t("file-on-record")}</p>
    </section>
  );
}
