import { Eye, EyeOff, Printer } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "@client/i18n";
import { Button, grouped, IconButton, QrImage, SkeletonLines, TextInput } from "@design";
import { choosePassword, offerFactor, pair, proveFactor, signIn, type Entered, type FactorOffer } from "./ways";

/** Does the work of a form: one try at a time, and what the hub refuses stands at the field. */
function useTry(onEntered: (entered: Entered) => void) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<Entered>) => {
    setWorking(true);
    setProblem(undefined);
    try {
      onEntered(await work());
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  return { working, problem, run };
}

function Form({ title, text, onSubmit, children }: { title: string; text?: string; onSubmit: () => void; children: ComponentChildren }) {
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form class="way" onSubmit={submit} noValidate>
      <header>
        <h1>{title}</h1>
        {text && <p class="muted">{text}</p>}
      </header>
      {children}
    </form>
  );
}

function PasswordInput({
  label,
  value,
  onValue,
  error,
  kind,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  error?: string;
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

export function Person({ onEntered }: { onEntered: (entered: Entered) => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { working, problem, run } = useTry(onEntered);
  return (
    <Form title={t("sign-in-title")} onSubmit={() => login && password && void run(() => signIn(login, password))}>
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
    </Form>
  );
}

const PAIRING_DIGITS = 8;

export function Pairing({ onEntered }: { onEntered: (entered: Entered) => void }) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useTry(onEntered);
  const ready = code.length === PAIRING_DIGITS;
  return (
    <Form title={t("sign-in-pair-title")} text={t("sign-in-pair-text")} onSubmit={() => ready && void run(() => pair(code))}>
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
    </Form>
  );
}

function grouped4(digits: string): string {
  return grouped(digits.slice(0, 4)) + (digits.length > 4 ? ` ${digits.slice(4)}` : "");
}

function CodeForm({ step, onEntered }: { step: string; onEntered: (entered: Entered) => void }) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useTry(onEntered);
  return (
    <form
      class="column"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length >= 6) void run(() => proveFactor(step, code));
      }}
    >
      <div class="way-code">
        <TextInput
          label={t("sign-in-factor-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onValue={(typed) => setCode(typed.replace(/[^\d -]/g, "").slice(0, 24))}
          error={problem}
        />
      </div>
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={code.length < 6}>
        {t("button-next")}
      </Button>
    </form>
  );
}

export function Factor({ step, onEntered }: { step: string; onEntered: (entered: Entered) => void }) {
  return (
    <div class="way">
      <header>
        <h1>{t("sign-in-factor-title")}</h1>
        <p class="muted">{t("sign-in-factor-text")}</p>
      </header>
      <CodeForm step={step} onEntered={onEntered} />
      <p class="small muted">{t("sign-in-factor-lost")}</p>
    </div>
  );
}

export function FactorSetup({ step, onEntered }: { step: string; onEntered: (entered: Entered) => void }) {
  const [offer, setOffer] = useState<FactorOffer>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    offerFactor(step).then(setOffer, (error: Error) => setProblem(error.message));
  }, [step]);
  return (
    <div class="way">
      <header>
        <h1>{t("sign-in-setup-title")}</h1>
        <p class="muted">{t("sign-in-setup-text")}</p>
      </header>
      {problem && (
        <p class="way-problem" role="alert">
          {problem}
        </p>
      )}
      {!offer && !problem && <SkeletonLines count={4} />}
      {offer && (
        <>
          <div class="way-scan">
            <QrImage matrix={offer.matrix} label={t("sign-in-setup-qr")} size="11rem" />
            <div>
              <p class="small muted">{t("sign-in-setup-by-hand")}</p>
              <p class="way-secret numbers">{offer.secret.match(/.{1,4}/g)?.join(" ")}</p>
            </div>
          </div>
          <CodeForm step={step} onEntered={onEntered} />
        </>
      )}
    </div>
  );
}

export function NewPassword({ step, onEntered }: { step: string; onEntered: (entered: Entered) => void }) {
  const [password, setPassword] = useState("");
  const { working, problem, run } = useTry(onEntered);
  return (
    <Form title={t("sign-in-new-title")} text={t("sign-in-new-text")} onSubmit={() => password && void run(() => choosePassword(step, password))}>
      <PasswordInput label={t("sign-in-new-password")} kind="new-password" value={password} onValue={setPassword} error={problem} />
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!password}>
        {t("sign-in-new-enter")}
      </Button>
    </Form>
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
