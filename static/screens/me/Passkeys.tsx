/** One's own passkeys: listed, added, renamed, removed; and where there are none, why. */
import { CloudCheck, Fingerprint, Pencil, Plus, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { handIn, send } from "@client/door";
import { day } from "@client/format";
import { t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { createPasskey, passkeyTrouble } from "@client/passkeys";
import { Button, Card, Chip, Dialog, Form, Icon, IconButton, TextInput, toast } from "@design";
import { deviceName } from "../sign-in/ways";
import { Codes } from "./Codes";

type View = ViewOf<"me">;
type Passkey = View["passkeys"][number];

export function Passkeys({ view }: { view: View }) {
  const [adding, setAdding] = useState(false);
  const renaming = useOpened<Passkey>();
  const removing = useOpened<Passkey>();
  const [codes, setCodes] = useState<string[]>();
  const trouble = passkeyTrouble(view.passkey_address);
  const last = view.must_have_factor && !view.has_authenticator && view.passkeys.length === 1;
  return (
    <Card title={t("me-passkeys")} aside={view.passkeys.length > 0 && <Chip tone="ok">{view.passkeys.length}</Chip>}>
      <p class="muted">{t("me-passkeys-text")}</p>
      {codes && <Codes codes={codes} onKept={() => setCodes(undefined)} />}
      {view.passkeys.length > 0 && (
        <ul class="me-passkeys">
          {view.passkeys.map((each) => (
            <li key={each.id}>
              <Icon of={Fingerprint} size="1.5em" />
              <span class="me-passkey">
                <strong>{each.name}</strong>
                <span class="small muted">
                  {t("me-passkey-where", { where: each.where, date: day(each.added_at) })}
                  {each.backed_up && (
                    <>
                      {" "}
                      <Icon of={CloudCheck} /> {t("me-passkey-synced")}
                    </>
                  )}
                </span>
                <span class="small muted">{each.used_at ? t("me-passkey-used", { date: day(each.used_at) }) : t("me-passkey-unused")}</span>
              </span>
              <IconButton of={Pencil} label={t("me-passkey-rename", { name: each.name })} onClick={() => renaming.open(each)} />
              {!last && <IconButton of={Trash2} label={t("me-passkey-remove", { name: each.name })} onClick={() => removing.open(each)} />}
            </li>
          ))}
        </ul>
      )}
      {last && <p class="small muted">{t("me-passkey-last")}</p>}
      {trouble ? (
        <p class="small me-trouble">
          {t(view.passkey_address || trouble === "unsupported" ? `passkey-${trouble}` : "passkey-no-address")}{" "}
          {view.passkey_address && trouble !== "unsupported" && <a href={`${view.passkey_address}/me`}>{new URL(view.passkey_address).host}</a>}
        </p>
      ) : (
        <div>
          <Button variant={view.passkeys.length ? "quiet" : "primary"} icon={Plus} onClick={() => setAdding(true)}>
            {t("me-passkey-add")}
          </Button>
        </div>
      )}
      <Adding
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={(made) => {
          setAdding(false);
          setCodes(made.length ? made : undefined);
          toast(t("me-passkey-added"));
        }}
      />
      <Renaming passkey={renaming.what} onClose={renaming.shut} />
      <Removing passkey={removing.what} onClose={removing.shut} />
    </Card>
  );
}

function Adding({ open, onClose, onAdded }: { open: boolean; onClose: () => void; onAdded: (codes: string[]) => void }) {
  const [name, setName] = useState(() => deviceName() || t("passkey-this-device"));
  const [present, setPresent] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<{ code?: string; message: string }>();
  const add = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      const { options } = await handIn<{ options: Record<string, unknown> }>("/api/passkeys/offer", { present });
      const said = (await send("security.add_passkey", { name: name.trim(), credential: await createPasskey(options) })).result;
      if (said.outcome === "refused") throw new Error(t("error-passkey-refused"));
      setPresent("");
      onAdded(said.recovery_codes ?? []);
    } catch (error) {
      setProblem(error as Error & { code?: string });
    }
    setWorking(false);
  };
  const ofPassword = problem?.code === "wrong_password" || problem?.code === "too_many_tries";
  const close = () => {
    setPresent("");
    setProblem(undefined);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("me-passkey-add")}
      actions={
        <>
          <Button onClick={close}>{t("button-cancel")}</Button>
          <Button variant="primary" icon={Fingerprint} working={working} disabled={!name.trim() || !present} onClick={() => void add()}>
            {t("button-next")}
          </Button>
        </>
      }
    >
      <Form ready={Boolean(name.trim() && present)} onSend={() => void add()}>
        <p class="muted">{t("me-passkey-add-text")}</p>
        <TextInput label={t("me-passkey-name")} maxLength={60} value={name} onValue={setName} />
        <TextInput
          label={t("me-password-present")}
          type="password"
          autoComplete="current-password"
          value={present}
          onValue={setPresent}
          error={ofPassword ? problem.message : undefined}
        />
        {problem && !ofPassword && (
          <p class="small me-wrong" role="alert">
            {problem.message}
          </p>
        )}
        <button type="submit" class="unseen" tabIndex={-1} aria-hidden="true" />
      </Form>
    </Dialog>
  );
}

function Removing({ passkey, onClose }: { passkey: Passkey | undefined; onClose: () => void }) {
  const remove = async () => {
    if (!passkey) return;
    try {
      await send("security.remove_passkey", { passkey_id: passkey.id });
      toast(t("me-passkey-removed", { name: passkey.name }));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
    onClose();
  };
  return (
    <Dialog
      open={passkey !== undefined}
      onClose={onClose}
      title={passkey ? t("me-passkey-remove-title", { name: passkey.name }) : ""}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="danger" onClick={() => void remove()}>
            {t("me-passkey-remove-do")}
          </Button>
        </>
      }
    >
      <p>{t("me-passkey-remove-text")}</p>
    </Dialog>
  );
}

function Renaming({ passkey, onClose }: { passkey: Passkey | undefined; onClose: () => void }) {
  return (
    <Dialog open={passkey !== undefined} onClose={onClose} title={t("me-passkey-name")}>
      {passkey && <NameForm key={passkey.id} passkey={passkey} onClose={onClose} />}
    </Dialog>
  );
}

function NameForm({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const save = async () => {
    try {
      await send("security.rename_passkey", { passkey_id: passkey.id, name: name.trim() });
      onClose();
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <Form ready={Boolean(name.trim())} onSend={() => void save()}>
      <TextInput label={t("me-passkey-name")} maxLength={60} value={name} onValue={setName} />
      <div>
        <Button type="submit" variant="primary" disabled={!name.trim()}>
          {t("devices-save")}
        </Button>
      </div>
    </Form>
  );
}
