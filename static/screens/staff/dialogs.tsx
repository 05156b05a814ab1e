import { Copy, KeyRound, Link, ShieldOff, Tablet, UserCheck, UserX } from "lucide-preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { copyText } from "@client/clipboard";
import { send } from "@client/door";
import { pick, t } from "@client/i18n";
import { Button, Dialog, Form, Select, TextInput, toast } from "@design";
import type { Account } from "./Staff";

type Role = Account["roles"][number];
type Technician = NonNullable<Account["technician"]>;

/** A secret that is shown once. */
export interface Shown {
  name: string;
  login: string;
  password?: string;
  pin?: string;
  /** A one-time link to choose another password. */
  link?: string;
}

function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

function RoleChoice({ roles, chosen, onChosen }: { roles: readonly Role[]; chosen: readonly Role[]; onChosen: (roles: Role[]) => void }) {
  const toggle = (role: Role) => onChosen(chosen.includes(role) ? chosen.filter((each) => each !== role) : [...chosen, role]);
  return (
    <fieldset class="roles">
      <legend>{t("staff-roles")}</legend>
      {roles.map((role) => (
        <label key={role} class={chosen.includes(role) ? "role chosen" : "role"}>
          <input type="checkbox" class="unseen" checked={chosen.includes(role)} onChange={() => toggle(role)} />
          {t(`role-${role}`)}
        </label>
      ))}
    </fieldset>
  );
}

/** As whom of the team somebody works; those who have another account already are not offered. */
function TechnicianChoice({ free, value, onValue }: { free: readonly Technician[]; value: string; onValue: (id: string) => void }) {
  return (
    <Select
      label={t("staff-technician")}
      value={value}
      onValue={onValue}
      options={[{ value: "", label: t("staff-technician-none") }, ...free.map((each) => ({ value: each.id, label: pick(each.name) }))]}
    />
  );
}

export function Creating({ view, onClose, onShow }: { view: ViewOf<"staff">; onClose: () => void; onShow: (shown: Shown) => void }) {
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [roles, setRoles] = useState<Role[]>(["front_desk"]);
  const [chosen, choose] = useState<string>();
  const [working, setWorking] = useState(false);
  const [taken, setTaken] = useState<string>();
  const namesake = view.unclaimed.find((each: Technician) => [each.name.zh, each.name.en].includes(name.trim()));
  const technician = roles.includes("technician") ? (chosen ?? namesake?.id ?? "") : "";
  const byPin = technician !== "" && roles.length === 1 && roles[0] === "technician";
  const create = async () => {
    if (working) return;
    setWorking(true);
    setTaken(undefined);
    try {
      const own = { name: name.trim(), login: login.trim(), roles, technician_id: technician || null };
      const made = await send("security.create_account", { ...own, password: null, pin: null, must_change_password: true });
      onClose();
      onShow({ name: own.name, login: own.login, ...(await issue(made.result.account_id, byPin ? "pin" : "password")) });
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (code === "login_taken") setTaken(message);
      else complain(error);
    }
    setWorking(false);
  };
  const complete = name.trim() !== "" && /^\S+$/.test(login.trim()) && roles.length > 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("staff-add")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" working={working} disabled={!complete} onClick={() => void create()}>
            {t("staff-create")}
          </Button>
        </>
      }
    >
      <Form ready={complete} onSend={() => void create()}>
        <TextInput label={t("staff-name")} maxLength={200} value={name} onValue={setName} />
        <TextInput
          label={t("sign-in-login")}
          hint={t("staff-login-hint")}
          error={taken}
          autoCapitalize="none"
          spellcheck={false}
          maxLength={64}
          value={login}
          onValue={setLogin}
        />
        <RoleChoice roles={view.roles} chosen={roles} onChosen={setRoles} />
        {roles.includes("technician") && <TechnicianChoice free={view.unclaimed} value={technician} onValue={choose} />}
        <button type="submit" class="unseen" tabIndex={-1} aria-hidden="true" />
      </Form>
    </Dialog>
  );
}

async function issue(accountId: string, what: "password" | "pin"): Promise<{ password?: string; pin?: string }> {
  const data = { account_id: accountId };
  return what === "pin" ? (await send("security.issue_pin", data)).result : (await send("security.issue_password", data)).result;
}

/** What takes something from a person that only another sign-in or another manager gives back: asked first. */
type Grave = "password" | "pin" | "factor" | "close";
const WORDS: Record<Grave, string> = { password: "new-password", pin: "new-pin", factor: "reset-factor", close: "close" };

export function Managing({
  account,
  closed,
  view,
  onClose,
  onShow,
}: {
  account: Account | undefined;
  closed: boolean;
  view: ViewOf<"staff">;
  onClose: () => void;
  onShow: (shown: Shown) => void;
}) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Role[]>([]);
  const [technician, setTechnician] = useState("");
  const [grave, setGrave] = useState<Grave>();
  useLayoutEffect(() => {
    setGrave(undefined);
    setName(account?.name ?? "");
    setChosen([...(account?.roles ?? [])]);
    setTechnician(account?.technician?.id ?? "");
  }, [account?.id]);
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      onClose();
    } catch (error) {
      complain(error);
    }
  };
  const id = account?.id ?? "";
  const give = (what: "password" | "pin") =>
    act(async () => onShow({ name: account!.name, login: account!.login, ...(await issue(id, what)) }));
  const giveLink = () =>
    act(async () => {
      const { path } = (await send("security.issue_reset_link", { account_id: id })).result;
      onShow({ name: account!.name, login: account!.login, link: location.origin + path });
    });
  const does: Record<Grave, () => Promise<void>> = {
    password: () => give("password"),
    pin: () => give("pin"),
    factor: () => act(() => send("security.reset_second_factor", { account_id: id })),
    close: () => act(() => send("security.close_account", { account_id: id })),
  };
  const save = () =>
    act(async () => {
      if (name.trim() !== account!.name) await send("security.rename_account", { account_id: id, name: name.trim() });
      if ([...chosen].sort().join() !== [...account!.roles].sort().join()) {
        await send("security.set_roles", { account_id: id, roles: chosen });
      }
      if (chosen.includes("technician") && technician !== (account!.technician?.id ?? "")) {
        await send("security.link_technician", { account_id: id, technician_id: technician || null });
      }
    });
  return (
    <Dialog
      open={account !== undefined}
      onClose={onClose}
      title={account?.name ?? ""}
      actions={
        grave ? (
          <>
            <Button onClick={() => setGrave(undefined)}>{t("button-back")}</Button>
            <Button variant="danger" onClick={() => void does[grave]()}>
              {t(`staff-${WORDS[grave]}`)}
            </Button>
          </>
        ) : closed ? (
          <Button variant="primary" icon={UserCheck} onClick={() => void act(() => send("security.reopen_account", { account_id: id }))}>
            {t("staff-reopen")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("button-cancel")}</Button>
            <Button variant="primary" disabled={!name.trim() || !chosen.length} onClick={() => void save()}>
              {t("devices-save")}
            </Button>
          </>
        )
      }
    >
      {grave && <p>{t(`staff-${WORDS[grave]}-text`)}</p>}
      {account && !closed && !grave && (
        <div class="column">
          <TextInput label={t("staff-name")} maxLength={200} value={name} onValue={setName} />
          <RoleChoice roles={view.roles} chosen={chosen} onChosen={setChosen} />
          {chosen.includes("technician") && <TechnicianChoice free={[...(account.technician ? [account.technician] : []), ...view.unclaimed]} value={technician} onValue={setTechnician} />}
          <p class="small muted">{t("staff-roles-hint")}</p>
          <div class="ways">
            <Button icon={KeyRound} onClick={() => setGrave("password")}>
              {t("staff-new-password")}
            </Button>
            <Button icon={Link} onClick={() => void giveLink()}>
              {t("staff-reset-link")}
            </Button>
            {account.technician && account.roles.includes("technician") && (
              <Button icon={Tablet} onClick={() => setGrave("pin")}>
                {t("staff-new-pin")}
              </Button>
            )}
            {account.has_second_factor && (
              <Button icon={ShieldOff} onClick={() => setGrave("factor")}>
                {t("staff-reset-factor")}
              </Button>
            )}
            {!account.is_me && (
              <Button variant="danger" icon={UserX} onClick={() => setGrave("close")}>
                {t("staff-close")}
              </Button>
            )}
          </div>
        </div>
      )}
      {closed && <p>{t("staff-closed-text")}</p>}
    </Dialog>
  );
}

export function Secret({ shown, onClose }: { shown: Shown | undefined; onClose: () => void }) {
  const copy = async () => {
    const copied = await copyText(shown?.link ?? shown?.pin ?? shown?.password ?? "");
    toast(t(copied ? "staff-secret-copied" : "staff-secret-not-copied"), copied ? {} : { tone: "alert" });
  };
  return (
    <Dialog
      open={shown !== undefined}
      onClose={onClose}
      title={shown ? t("staff-secret-title", { name: shown.name }) : ""}
      actions={
        <>
          <Button icon={Copy} onClick={() => void copy()}>
            {t("staff-secret-copy")}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {t("staff-secret-told")}
          </Button>
        </>
      }
    >
      {shown && (
        <div class="column">
          <p class="muted">{t(shown.link ? "staff-link-text" : shown.pin ? "staff-secret-pin-text" : "staff-secret-text")}</p>
          <dl class="secret">
            {shown.password && (
              <>
                <dt>{t("sign-in-login")}</dt>
                <dd>{shown.login}</dd>
              </>
            )}
            <dt>{shown.link ? t("staff-link") : shown.pin ? "PIN" : t("sign-in-password")}</dt>
            <dd class={shown.link ? "secret-link" : "secret-value"}>{shown.link ?? shown.pin ?? shown.password}</dd>
          </dl>
        </div>
      )}
    </Dialog>
  );
}
