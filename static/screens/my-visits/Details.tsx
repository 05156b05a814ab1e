/** What the store knows of the person, theirs to correct. Another number or mailbox counts once its code has been typed. */
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { Button, Card, Form, SegmentedControl, TextArea, TextInput, toast } from "@design";
import type { Contact, Profile, View } from "./state";

type Editing = "self" | "sms" | "mail";

export function Details({ me, channels }: { me: Profile; channels: View["channels"] }) {
  const { what: editing, open: setEditing, shut: close } = useOpened<Editing>();
  const contact = (channel: "sms" | "mail", value: string) => (
    <div class="my-fact">
      <dt>{t(`my-channel-${channel}`)}</dt>
      <dd>
        {editing === channel ? (
          <ContactForm channel={channel} onClose={close} />
        ) : (
          <>
            <span class={value ? "numbers" : "muted"}>{value || t("my-unknown")}</span>
            {channels.includes(channel) && (
              <Button variant="ghost" onClick={() => setEditing(channel)}>
                {t(value ? "my-edit" : "my-add")}
              </Button>
            )}
          </>
        )}
      </dd>
    </div>
  );
  return (
    <Card title={t("my-details")}>
      <dl class="my-facts">
        {contact("sms", me.phone)}
        {contact("mail", me.email)}
      </dl>
      {editing === "self" ? (
        <SelfForm me={me} onClose={close} />
      ) : (
        <>
          <dl class="my-facts">
            <div class="my-fact">
              <dt>{t("my-name")}</dt>
              <dd>{me.name}</dd>
            </div>
            <div class="my-fact">
              <dt>{t("my-language")}</dt>
              <dd>{t(`my-language-${me.language}`)}</dd>
            </div>
            <div class="my-fact">
              <dt>{t("my-note")}</dt>
              <dd class={me.note ? "my-note" : "muted"}>{me.note || t("my-note-none")}</dd>
            </div>
          </dl>
          <div>
            <Button onClick={() => setEditing("self")}>{t("my-correct")}</Button>
          </div>
        </>
      )}
    </Card>
  );
}

function SelfForm({ me, onClose }: { me: Profile; onClose: () => void }) {
  const [name, setName] = useState(me.name);
  const [language, setLanguage] = useState(me.language);
  const [note, setNote] = useState(me.note);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      await send("security.put_own_profile", { name: name.trim(), language, note: note.trim() });
      toast(t("my-saved"));
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  return (
    <Form ready={Boolean(name.trim())} onSend={() => void save()}>
      <TextInput label={t("my-name")} autoComplete="name" maxLength={200} value={name} onValue={setName} />
      <SegmentedControl
        label={t("my-language")}
        value={language}
        onValue={setLanguage}
        options={[
          { value: "zh", label: t("my-language-zh") },
          { value: "en", label: t("my-language-en") },
        ]}
      />
      <TextArea label={t("my-note")} hint={t("my-note-hint")} maxLength={2000} value={note} onValue={setNote} error={problem} />
      <div class="row wrap">
        <Button type="submit" variant="primary" working={working} disabled={!name.trim()}>
          {t("my-save")}
        </Button>
        <Button onClick={onClose}>{t("button-cancel")}</Button>
      </div>
    </Form>
  );
}

function ContactForm({ channel, onClose }: { channel: "sms" | "mail"; onClose: () => void }) {
  const [address, setAddress] = useState("");
  const [token, setToken] = useState<string>();
  const [code, setCode] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const written = address.trim();
  const run = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      if (token === undefined) {
        const contact: Contact = channel === "sms" ? { phone: written } : { email: written };
        setToken((await send("security.ask_own_contact", { phone: null, email: null, ...contact })).result.token);
      } else if ((await send("security.confirm_own_contact", { token, code })).result.outcome === "done") {
        toast(t("my-saved"));
        onClose();
      } else setProblem(t("error-code-refused"));
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  const ready = token === undefined ? written !== "" : code.length === 6;
  return (
    <Form class="column my-contact" ready={ready} onSend={() => void run()}>
      {token === undefined ? (
        <TextInput
          label={t(`my-new-${channel}`)}
          type={channel === "sms" ? "tel" : "email"}
          autoComplete={channel === "sms" ? "tel" : "email"}
          autoFocus
          value={address}
          onValue={setAddress}
          error={problem}
        />
      ) : (
        <TextInput
          key="code"
          label={t("my-code")}
          hint={t("my-code-text", { to: written })}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onValue={(typed) => setCode(typed.replace(/\D/g, "").slice(0, 6))}
          error={problem}
        />
      )}
      <div class="row wrap">
        <Button type="submit" variant="primary" working={working} disabled={!ready}>
          {t(token === undefined ? "my-send" : "my-save")}
        </Button>
        <Button onClick={onClose}>{t("button-cancel")}</Button>
      </div>
    </Form>
  );
}
