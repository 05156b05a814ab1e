import { KeyRound, Plus, ShieldCheck, Tablet } from "lucide-preact";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { pick, t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { BackOffice, Button, Chip, GlideList } from "@design";
import { Creating, Managing, Secret, type Shown } from "./dialogs";
import { Rules } from "./Rules";
import "./staff.css";

type View = ViewOf<"staff">;
export type Account = View["accounts"][number];

const live = openView("staff");

export function Staff() {
  return (
    <BackOffice title="staff-title" live={live} lines={6} class="staff">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const creating = useOpened<true>();
  const managed = useOpened<string>();
  const secret = useOpened<Shown>();
  const all: Account[] = [...view.accounts, ...view.closed];
  const account = all.find((each) => each.id === managed.what);
  return (
    <main>
      <div class="staff-head">
        <div>
          <h1>{t("staff-title")}</h1>
          <p class="muted">{t("staff-text")}</p>
        </div>
        <Button variant="primary" icon={Plus} class="push" onClick={() => creating.open(true)}>
          {t("staff-add")}
        </Button>
      </div>
      <GlideList items={view.accounts} keyOf={(each: Account) => each.id} label={t("staff-title")} class="staff-list" mark={false}>
        {(each: Account) => <Line account={each} onOpen={() => managed.open(each.id)} />}
      </GlideList>
      {view.closed.length > 0 && (
        <details class="staff-closed">
          <summary class="unfolds">
            {t("staff-closed")} · {view.closed.length}
          </summary>
          <ul class="staff-list">
            {view.closed.map((each: Account) => (
              <li key={each.id}>
                <Line account={each} onOpen={() => managed.open(each.id)} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Rules view={view} />
      {creating.what && <Creating view={view} onClose={creating.shut} onShow={secret.open} />}
      <Managing
        account={account}
        closed={view.closed.some((each: Account) => each.id === managed.what)}
        view={view}
        onClose={managed.shut}
        onShow={secret.open}
      />
      <Secret shown={secret.what} onClose={secret.shut} />
    </main>
  );
}

function Line({ account, onOpen }: { account: Account; onOpen: () => void }) {
  return (
    <button type="button" class="person" onClick={onOpen}>
      <span class="person-face" aria-hidden="true">
        {[...account.name][0]}
      </span>
      <span class="person-words">
        <span class="person-name">
          {account.name}
          {account.is_me && <span class="person-me">{t("staff-me")}</span>}
        </span>
        <span class="person-facts">
          {account.login}
          {account.technician && pick(account.technician.name) !== account.name && ` · ${pick(account.technician.name)}`}
        </span>
      </span>
      <span class="person-roles">
        {account.roles.map((role) => (
          <Chip key={role} tone={role === "manager" ? "celadon" : "neutral"}>
            {t(`role-${role}`)}
          </Chip>
        ))}
      </span>
      <span class="person-proofs">
        {account.has_password && <Chip icon={KeyRound}>{t("staff-password")}</Chip>}
        {account.has_pin && <Chip icon={Tablet}>PIN</Chip>}
        {account.has_second_factor && (
          <Chip tone="ok" icon={ShieldCheck}>
            {t("staff-factor")}
          </Chip>
        )}
      </span>
    </button>
  );
}
