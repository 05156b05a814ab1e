import { CloudUpload, Eye, EyeOff, Fingerprint, Printer } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "@client/i18n";
import { passkeyTrouble } from "@client/passkeys";
import { goOn } from "@client/session";
import { useTry } from "@client/trying";
import { Button, Callout, Form, grouped, IconButton, TextInput } from "@design";
import { choosePassword, forgotten, keptHere, openLink, pair, signIn, usePasskey, type Entered } from "./ways";

/** Tries to come in; whoever gets further goes on. */
export function useEntering(onEntered: (entered: Entered) => void) {
  const { run, ...others } = useTry();
  return { ...others, run: (work: () => Promise<Entered>) => run(async () => onEntered(await work())) };
}

function Step({ title, text, onSubmit, children }: { title: string; text?: string; onSubmit: () => void; children: ComponentChildren }) {
  return (
    <Form class="way" onSend={onSubmit}>
      <header>
        <h1>{title}</h1>
        {text && <p class="muted">{text}</p>}
      </header>
      {children}
    </Form>
  );
}

function PasswordInput({
  label,
  hint,
  value,
  onValue,
  error,
  kind,
  autoFocus,
}: {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  error?: string;
  autoFocus?: boolean;
  kind: "current-password" | "new-password";
}) {
  const [shown, setShown] = useState(false);
  return (
    <div class="way-password">
      <TextInput
        label={label}
        type={shown ? "text" : "password"}
        autoComplete={kind}
        autoCapitalize="none"
        spellcheck={false}
        autoFocus={autoFocus}
        hint={hint}
        value={value}
        onValue={onValue}
        error={error}
      />
      <IconButton
        of={shown ? EyeOff : Eye}
        label={t(shown ? "sign-in-hide" : "sign-in-show")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}

export function Person({
  address,
  onEntered,
  onForgotten,
}: {
  /** Where browsers have passkeys. */
  address: string;
  onEntered: (entered: Entered) => void;
  onForgotten: () => void;
}) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { working, problem, run } = useEntering(onEntered);
  return (
    <Step title={t("sign-in-title")} onSubmit={() => login && password && void run(() => signIn(login, password))}>
      <TextInput
        label={t("sign-in-login")}
        autoComplete="username"
        autoCapitalize="none"
        spellcheck={false}
        autoFocus
        value={login}
        onValue={setLogin}
      />
      <PasswordInput label={t("sign-in-password")} kind="current-password" value={password} onValue={setPassword} error={problem} />
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!login || !password}>
        {t("sign-in-enter")}
      </Button>
      <PasskeyEntrance address={address} onEntered={onEntered} />
      <Button variant="ghost" onClick={onForgotten}>
        {t("sign-in-forgotten")}
      </Button>
    </Step>
  );
}

/** A passkey alone: no name, no password. Under plain http the page says where it would work. */
function PasskeyEntrance({ address, onEntered }: { address: string; onEntered: (entered: Entered) => void }) {
  const { working, problem, run } = useEntering(onEntered);
  if (passkeyTrouble(address)) {
    if (!address || location.origin === new URL(address).origin) return null;
    return (
      <p class="small muted way-elsewhere">
        {t("passkey-at-address")} <a href={`${address}/sign-in${location.search}`}>{new URL(address).host}</a>
      </p>
    );
  }
  return (
    <div class="way-passkey">
      <Button icon={Fingerprint} size="md" wide working={working} onClick={() => void run(() => usePasskey())}>
        {t("sign-in-passkey")}
      </Button>
      {problem && (
        <p class="small way-wrong" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A one-time link, asked about: `name` is who would lose their place. Not by a stranger's doing, and not unawares. */
export function AskedLink({ token, name, onEntered }: { token: string; name?: string; onEntered: (entered: Entered) => void }) {
  const { working, problem, run } = useEntering(onEntered);
  const title = name === undefined ? t("sign-in-link-here-title") : t("sign-in-link-title");
  const text = name === undefined ? t("sign-in-link-here-text") : t("sign-in-link-text", { name });
  return (
    <Step title={title} text={text} onSubmit={() => void run(() => openLink(token))}>
      {problem && (
        <p class="small way-wrong" role="alert">
          {problem}
        </p>
      )}
      {name !== undefined && (
        <Button variant="primary" size="md" wide onClick={() => goOn()}>
          {t("sign-in-go-on")}
        </Button>
      )}
      <Button type="submit" variant={name === undefined ? "primary" : "quiet"} size="md" wide working={working}>
        {t("sign-in-link-open")}
      </Button>
    </Step>
  );
}

/** A link by mail, where an address is known. The page says the same whether or not anybody has this name. */
export function Forgotten({ canMail, onBack }: { canMail: boolean; onBack: () => void }) {
  const [login, setLogin] = useState("");
  const [sent, setSent] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ask = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      await forgotten(login.trim());
      setSent(true);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  const text = canMail ? (sent ? "forgotten-sent" : "forgotten-text") : "forgotten-no-mail";
  return (
    <Step title={t("forgotten-title")} text={t(text)} onSubmit={() => login.trim() && void ask()}>
      {canMail && !sent && (
        <>
          <TextInput
            label={t("sign-in-login")}
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            autoFocus
            value={login}
            onValue={setLogin}
            error={problem}
          />
          <Button type="submit" variant="primary" size="md" wide working={working} disabled={!login.trim()}>
            {t("forgotten-send")}
          </Button>
        </>
      )}
      <Button variant="ghost" onClick={onBack}>
        {t("sign-in-again")}
      </Button>
    </Step>
  );
}

const PAIRING_DIGITS = 8;

export function Pairing({ onEntered }: { onEntered: (entered: Entered) => void }) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useEntering(onEntered);
  const ready = code.length === PAIRING_DIGITS;
  const kept = keptHere(location.search);
  return (
    <Step title={t("sign-in-pair-title")} text={t("sign-in-pair-text")} onSubmit={() => ready && void run(() => pair(code))}>
      {kept > 0 && (
        <Callout icon={CloudUpload} class="small">
          {t("sign-in-pair-kept", { count: kept })}
        </Callout>
      )}
      <div class="way-code">
        <TextInput
          label={t("sign-in-pair-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={grouped4(code)}
          onValue={(typed) => setCode(typed.replace(/\D/g, "").slice(0, PAIRING_DIGITS))}
          error={problem}
        />
      </div>
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!ready}>
        {t("sign-in-pair")}
      </Button>
    </Step>
  );
}

function grouped4(digits: string): string {
  return grouped(digits.slice(0, 4)) + (digits.length > 4 ? ` ${digits.slice(4)}` : "");
}

export function NewPassword({
  step,
  rules,
  onEntered,
}: {
  step: string;
  /** What a password needs here. */
  rules: string | undefined;
  onEntered: (entered: Entered) => void;
}) {
  const [password, setPassword] = useState("");
  const { working, problem, run } = useEntering(onEntered);
  return (
    <Step title={t("sign-in-new-title")} onSubmit={() => password && void run(() => choosePassword(step, password))}>
      <PasswordInput label={t("sign-in-new-password")} kind="new-password" hint={rules} autoFocus value={password} onValue={setPassword} error={problem} />
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!password}>
        {t("sign-in-new-enter")}
      </Button>
    </Step>
  );
}

export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <div class="way">
      <header>
        <h1>{t("sign-in-codes-title")}</h1>
        <p class="muted">{t("sign-in-codes-text")}</p>
      </header>
      <ol class="way-codes numbers">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="row way-print">
        <Button icon={Printer} onClick={() => window.print()}>
          {t("sign-in-codes-print")}
        </Button>
        <Button variant="primary" onClick={onKept}>
          {t("sign-in-codes-kept")}
        </Button>
      </div>
    </div>
  );
}
