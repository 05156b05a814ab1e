/** What is one's own to see and decide: what one agreed to, who looked, a copy, being forgotten. */
import { Download } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { takeFile } from "@client/files";
import { dayAndTime, listed } from "@client/format";
import { addTexts, t } from "@client/i18n";
import { Button, Card, Dialog, LiveArea, SkeletonLines, toast } from "@design";
import "./own-file.css";

addTexts(import.meta.glob("@locales/*/{customer-file,errors-privacy}.ftl", { query: "?raw", import: "default", eager: true }));

type View = ViewOf<"my-file">;

export function OwnFile() {
  const file = useMemo(() => openView("my-file"), []);
  useEffect(() => () => file.close(), [file]);
  return (
    <LiveArea live={file} skeleton={<SkeletonLines count={4} />}>
      {(view) => <Panels view={view} />}
    </LiveArea>
  );
}

/** Whether it was done; either way it has been said. */
async function done(work: () => Promise<unknown>, said: string): Promise<boolean> {
  try {
    await work();
    toast(said);
    return true;
  } catch (error) {
    toast((error as Error).message, { tone: "alert" });
    return false;
  }
}

type Consent = View["consents"][number];

/** Purpose by purpose; a box that could not be changed goes back to what the salon has on record. */
function Consents({ consents }: { consents: readonly Consent[] }) {
  const [clearing, setClearing] = useState(false);
  const put = (purpose: Consent["purpose"], agreed: boolean) => done(() => send("privacy.set_own_consent", { purpose, agreed }), t("own-saved"));
  const tap = async (each: Consent, box: HTMLInputElement) => {
    const asks = each.purpose === "health" && !box.checked;
    setClearing(asks);
    if (asks || !(await put(each.purpose, box.checked))) box.checked = each.agreed;
  };
  return (
    <Card title={t("own-consents")}>
      <ul class="own-consents">
        {consents.map((each) => (
          <li key={each.purpose}>
            <label>
              <input type="checkbox" checked={each.agreed} onChange={(event) => void tap(each, event.currentTarget)} />
              <span>{t(`own-consent-${each.purpose}`)}</span>
            </label>
          </li>
        ))}
      </ul>
      <Dialog
        open={clearing}
        onClose={() => setClearing(false)}
        title={t("own-health-clear")}
        actions={
          <>
            <Button onClick={() => setClearing(false)}>{t("own-health-keep")}</Button>
            <Button variant="danger" onClick={() => void put("health", false).then(() => setClearing(false))}>
              {t("own-health-clear-do")}
            </Button>
          </>
        }
      >
        <p>{t("own-health-clear-text")}</p>
      </Dialog>
    </Card>
  );
}

function Panels({ view }: { view: View }) {
  const [erasing, setErasing] = useState(false);
  return (
    <>
      <Consents consents={view.consents} />
      <Card title={t("own-seen")}>
        {view.seen.length === 0 ? (
          <p class="muted">{t("own-seen-none")}</p>
        ) : (
          <ul class="own-seen">
            {view.seen.map((each) => (
              <li key={`${each.at}${each.what}`}>
                <time class="small muted numbers">{dayAndTime(each.at)}</time>
                <span>
                  {who(each)} · {t(`own-seen-${each.what}`)} · {t(`file-why-${each.reason}`)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={t("own-data")}>
        <p class="muted">{t("own-data-text")}</p>
        <div class="row wrap">
          <Button icon={Download} onClick={() => void done(() => takeFile("/api/privacy/own-copy", { form: "page" }), t("own-copy-taken"))}>
            {t("own-copy")}
          </Button>
          <Button onClick={() => void done(() => takeFile("/api/privacy/own-copy", { form: "json" }), t("own-copy-taken"))}>{t("own-copy-json")}</Button>
        </div>
        {view.erasure_asked_at ? (
          <p>{t("own-erasure-asked", { at: dayAndTime(view.erasure_asked_at) })}</p>
        ) : (
          <div>
            <Button variant="danger" onClick={() => setErasing(true)}>
              {t("own-erase")}
            </Button>
          </div>
        )}
        <Dialog
          open={erasing}
          onClose={() => setErasing(false)}
          title={t("own-erase")}
          actions={
            <>
              <Button onClick={() => setErasing(false)}>{t("button-cancel")}</Button>
              <Button variant="danger" onClick={() => void done(() => send("privacy.ask_own_erasure", {}), t("own-erase-sent")).then(() => setErasing(false))}>
                {t("own-erase-do")}
              </Button>
            </>
          }
        >
          <p>{t("own-erase-text")}</p>
        </Dialog>
      </Card>
    </>
  );
}

function who(each: View["seen"][number]): string {
  if (each.by === "you") return t("own-by-you");
  if (each.by === "hub") return t("own-by-hub");
  return listed(each.roles.map((role) => t(`own-by-${role}`))) || t("own-by-staff");
}
