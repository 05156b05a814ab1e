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

async function done(work: () => Promise<unknown>, said: string): Promise<void> {
  try {
    await work();
    toast(said);
  } catch (error) {
    toast((error as Error).message, { tone: "alert" });
  }
}

function Panels({ view }: { view: View }) {
  const [erasing, setErasing] = useState(false);
  return (
    <>
      <Card title={t("own-consents")}>
        <ul class="own-consents">
          {view.consents.map((each) => (
            <li key={each.purpose}>
              <label>
                <input
                  type="checkbox"
                  checked={each.agreed}
                  onChange={(event) => void done(() => send("privacy.set_own_consent", { purpose: each.purpose, agreed: event.currentTarget.checked }), t("own-saved"))}
                />
                <span>{t(`own-consent-${each.purpose}`)}</span>
              </label>
            </li>
          ))}
        </ul>
      </Card>
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
