import { ShieldAlert, ShieldCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { listed } from "@client/format";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { handIn, send } from "@client/door";
import { pick, t } from "@client/i18n";
import { useLater } from "@client/later";
import { useTry } from "@client/trying";
import { BackOffice, Button, Card, Chip, Form, QrImage, TextInput, toast } from "@design";
import { CodeInput, isWhole } from "./CodeInput";
import { Codes } from "./Codes";
import { Places } from "./Places";
import { Present } from "./Present";
import { RecoveryCodes } from "./RecoveryCodes";
import "./me.css";

type View = ViewOf<"me">;

interface Offer {
  secret: string;
  matrix: string[];
}

const live = openView("me");

export function Me() {
  const passkeys = useLater(() => import("./Passkeys"));
  const mail = useLater(() => import("./OwnMail"));
  return (
    <BackOffice title="me-title" live={live} lines={5} class="me">
      {(view) => (
        <main class="me-paper">
          <div>
            <p class="me-store">{pick(view.store.name)}</p>
            <h1>{view.name}</h1>
            <p class="muted">
              {view.login} · {listed(view.roles.map((role) => t(`role-${role}`)))}
            </p>
          </div>
          {view.has_password && <Password view={view} />}
          {passkeys && <passkeys.Passkeys view={view} />}
          {view.has_password && <Factor view={view} />}
          {view.has_second_factor && <RecoveryCodes view={view} />}
          {view.has_password && mail && <mail.OwnMail view={view} />}
          <Places view={view} />
        </main>
      )}
    </BackOffice>
  );
}

function Password({ view }: { view: View }) {
  const [present, setPresent] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<{ code: string; message: string }>();
  const [working, setWorking] = useState(false);
  const change = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      await handIn("/api/change-password", { present, password });
      setPresent("");
      setPassword("");
      toast(t("me-password-changed"));
    } catch (error) {
      setProblem(error as Error & { code: string });
    }
    setWorking(false);
  };
  const ofNew = problem?.code.startsWith("password_");
  return (
    <Card title={t("me-password")}>
      <Form ready={Boolean(present && password)} onSend={() => void change()}>
        <TextInput
          label={t("me-password-present")}
          type="password"
          autoComplete="current-password"
          value={present}
          onValue={setPresent}
          error={problem && !ofNew ? problem.message : undefined}
        />
        <TextInput
          label={t("sign-in-new-password")}
          type="password"
          autoComplete="new-password"
          hint={t(`password-hint-${view.policy}`, { shortest: view.shortest })}
          value={password}
          onValue={setPassword}
          error={problem && ofNew ? problem.message : undefined}
        />
        <div>
          <Button type="submit" variant="primary" working={working} disabled={!present || !password}>
            {t("me-password-change")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

function Factor({ view }: { view: View }) {
  const [offer, setOffer] = useState<Offer>();
  const [codes, setCodes] = useState<string[]>();
  const [asking, setAsking] = useState(false);
  const begin = async (present: string) => {
    setOffer(await handIn<Offer>("/api/second-factor/offer", { present }));
    setAsking(false);
  };
  const settle = async (command: "confirm_second_factor" | "remove_second_factor", code: string) => {
    const said = (await send(`security.${command}`, { code })).result;
    if (said.outcome === "refused") throw new Error(t(command === "confirm_second_factor" ? "sign-in-setup-wrong" : "error-wrong-code"));
    setOffer(undefined);
    setCodes(said.recovery_codes?.length ? said.recovery_codes : undefined);
  };
  const chip = view.has_authenticator ? (
    <Chip tone="ok" icon={ShieldCheck}>
      {t("me-factor-on")}
    </Chip>
  ) : (
    <Chip tone="wait" icon={ShieldAlert}>
      {t("me-factor-off")}
    </Chip>
  );
  const isLast = view.must_have_factor && !view.passkeys.length;
  return (
    <Card title={t("me-factor")} aside={chip}>
      <p class="muted">{t("me-factor-text")}</p>
      {codes && <Codes codes={codes} onKept={() => setCodes(undefined)} />}
      {!codes && !view.has_authenticator && !offer && !asking && (
        <div>
          <Button variant="primary" onClick={() => setAsking(true)}>
            {t("me-factor-begin")}
          </Button>
        </div>
      )}
      {asking && <Present does={t("button-next")} onShown={begin} onBack={() => setAsking(false)} />}
      {!codes && offer && !view.has_authenticator && (
        <>
          <div class="me-scan">
            <QrImage matrix={offer.matrix} label={t("sign-in-setup-qr")} size="11rem" />
            <div>
              <p class="small muted">{t("sign-in-setup-by-hand")}</p>
              <p class="me-secret">{offer.secret.match(/.{1,4}/g)?.join(" ")}</p>
            </div>
          </div>
          <CodeForm autoFocus does={t("me-factor-confirm")} variant="primary" onCode={(code) => settle("confirm_second_factor", code)} />
        </>
      )}
      {!codes && view.has_authenticator && isLast && <p class="small muted">{t("me-factor-last")}</p>}
      {!codes && view.has_authenticator && !isLast && (
        <CodeForm does={t("me-factor-remove")} variant="danger" onCode={(code) => settle("remove_second_factor", code)} />
      )}
    </Card>
  );
}

function CodeForm({ does, variant, autoFocus, onCode }: { does: string; variant: "primary" | "danger"; autoFocus?: boolean; onCode: (code: string) => Promise<void> }) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useTry();
  return (
    <Form ready={isWhole(code)} onSend={() => void run(() => onCode(code).finally(() => setCode("")))}>
      <CodeInput autoFocus={autoFocus} value={code} onValue={setCode} error={problem} />
      <div>
        <Button type="submit" variant={variant} working={working} disabled={!isWhole(code)}>
          {does}
        </Button>
      </div>
    </Form>
  );
}
