/** One's own mail address: confirmed by a code, so that a forgotten password can be chosen anew. */
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { handIn, send } from "@client/door";
import { language, t } from "@client/i18n";
import { Button, Card, Form, TextInput, toast } from "@design";

export function OwnMail({ view }: { view: ViewOf<"me"> }) {
  const [changing, setChanging] = useState(false);
  const [token, setToken] = useState<string>();
  const done = () => {
    setChanging(false);
    setToken(undefined);
    toast(t("me-mail-confirmed"));
  };
  const forget = async () => {
    try {
      await send("security.forget_own_mail", {});
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <Card title={t("me-mail")}>
      <p class="muted">{t(view.can_mail ? "me-mail-text" : "me-mail-none")}</p>
      {view.email && !changing && <p class="me-mail">{view.email}</p>}
      {view.can_mail && !changing && (
        <div class="row wrap">
          <Button variant={view.email ? "quiet" : "primary"} onClick={() => setChanging(true)}>
            {t(view.email ? "me-mail-change" : "me-mail-add")}
          </Button>
          {view.email && (
            <Button variant="danger" onClick={() => void forget()}>
              {t("me-mail-forget")}
            </Button>
          )}
        </div>
      )}
      {changing && !token && <Asking onToken={setToken} onBack={() => setChanging(false)} />}
      {changing && token && <Confirming token={token} onDone={done} onBack={() => setToken(undefined)} />}
    </Card>
  );
}

function Asking({ onToken, onBack }: { onToken: (token: string) => void; onBack: () => void }) {
  const [email, setEmail] = useState("");
  const [present, setPresent] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<{ code?: string; message: string }>();
  const run = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      const said = await handIn<{ token: string }>("/api/own-mail", { present, email: email.trim(), language: language.value });
      onToken(said.token);
    } catch (error) {
      setProblem(error as Error & { code?: string });
    }
    setWorking(false);
  };
  const ofPassword = problem?.code === "wrong_password" || problem?.code === "too_many_tries";
  return (
    <Form ready={Boolean(email.trim() && present)} onSend={() => void run()}>
      <TextInput
        label={t("me-mail-address")}
        type="email"
        autoComplete="email"
        autoFocus
        value={email}
        onValue={setEmail}
        error={problem && !ofPassword ? problem.message : undefined}
      />
      <TextInput
        label={t("me-password-present")}
        type="password"
        autoComplete="current-password"
        value={present}
        onValue={setPresent}
        error={ofPassword ? problem.message : undefined}
      />
      <div class="row wrap">
        <Button type="submit" variant="primary" working={working} disabled={!email.trim() || !present}>
          {t("me-mail-send")}
        </Button>
        <Button onClick={onBack}>{t("button-cancel")}</Button>
      </div>
    </Form>
  );
}

function Confirming({ token, onDone, onBack }: { token: string; onDone: () => void; onBack: () => void }) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const run = async () => {
    setProblem(undefined);
    try {
      const said = (await send("security.confirm_own_mail", { token, code })).result;
      if (said.outcome === "done") onDone();
      else setProblem(t("error-code-refused"));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <Form ready={code.length === 6} onSend={() => void run()}>
      <p class="muted">{t("me-mail-sent")}</p>
      <div class="me-code">
        <TextInput
          label={t("sign-in-factor-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onValue={(typed) => setCode(typed.replace(/\D/g, "").slice(0, 6))}
          error={problem}
        />
      </div>
      <div class="row wrap">
        <Button type="submit" variant="primary" disabled={code.length !== 6}>
          {t("me-mail-confirm")}
        </Button>
        <Button onClick={onBack}>{t("button-back")}</Button>
      </div>
    </Form>
  );
}
