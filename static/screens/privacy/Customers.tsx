import { Search, UserSearch } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { takeFile } from "@client/files";
import { t } from "@client/i18n";
import { CustomerFile } from "@design/CustomerFile";
import { Button, Chip, Dialog, EmptyState, Icon, LiveArea, SkeletonLines, TextInput } from "@design";
import { done } from "./act";
import type { View } from "./Privacy";
import { Record } from "./Record";

const PAUSE_MS = 300;

/** Find a customer, then: their file, who looked at it, a copy, erasing. */
export function Customers({ view }: { view: View }) {
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<{ id: string; name: string }>();
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <section class="column">
      <TextInput label={t("privacy-find")} hint={t("privacy-find-hint")} maxLength={80} value={typed} onValue={setTyped} />
      {q ? <Found q={q} onChosen={setChosen} /> : <EmptyState icon={Search} title={t("privacy-find-empty")} />}
      {chosen && <Person view={view} id={chosen.id} name={chosen.name} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

function Found({ q, onChosen }: { q: string; onChosen: (who: { id: string; name: string }) => void }) {
  const people = useMemo(() => openView("desk-people", { q }), [q]);
  useEffect(() => () => people.close(), [people]);
  return (
    <LiveArea live={people} skeleton={<SkeletonLines count={3} height="3.5rem" />}>
      {(found) =>
        found.people.length === 0 ? (
          <EmptyState icon={UserSearch} title={t("privacy-find-none")} />
        ) : (
          <ul class="privacy-list">
            {found.people.map((each) => (
              <li key={each.customer_id}>
                <button type="button" class="privacy-person" onClick={() => onChosen({ id: each.customer_id, name: each.name })}>
                  <strong>{each.name}</strong>
                  <span class="muted numbers">{each.phone_tail && `****${each.phone_tail}`}</span>
                  {each.has_allergy && (
                    <span class="push">
                      <Chip tone="alert">{t("file-allergy")}</Chip>
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </LiveArea>
  );
}

function Person({ view, id, name, onClose }: { view: View; id: string; name: string; onClose: () => void }) {
  const copy = (form: "page" | "json") => void done(() => takeFile("/api/privacy/copy", { customer_id: id, reason: "request", form }), t("privacy-taken"));
  const erase = () => void done(() => send("privacy.ask_erasure", { customer_id: id, reason: "request" }), t("privacy-asked")).then((asked) => asked && onClose());
  return (
    <Dialog open onClose={onClose} title={name} place="side">
      <div class="column">
        <CustomerFile id={id} />
        {view.may.includes("privacy.copy") && (
          <div class="row wrap">
            <Button onClick={() => copy("page")}>{t("privacy-copy-page")}</Button>
            <Button onClick={() => copy("json")}>{t("privacy-copy-json")}</Button>
          </div>
        )}
        {view.may.includes("privacy.record") && (
          <>
            <h3>
              <Icon of={UserSearch} /> {t("privacy-looked")}
            </h3>
            <Record customer={id} />
          </>
        )}
        {view.may.includes("privacy.erase") && (
          <Button variant="danger" onClick={erase}>
            {t("privacy-ask-erasure")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
