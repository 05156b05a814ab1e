import { ShieldAlert, ShieldCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { listed } from "@client/format";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { handIn, send } from "@client/door";
import { t } from "@client/i18n";
import { useLater } from "@client/later";
import { BackOffice, Button, Card, Chip, Form, QrImage, TextInput, toast } from "@design";
import { Codes } from "./Codes";
import { Places } from "./Places";
import { Present } from "./Present";
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
            <h1>{view.name}</h1>
            <p class="muted">
              {view.login} · {listed(view.roles.map((role) => t(`role-${role}`)))}
            </p>
          </div>
          {view.has_password && <Password view={view} />}
          {passkeys && <passkeys.Passkeys view={view} />}
          {view.has_password && <Factor view={view} />}
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
          hint={t("me-password-hint", { shortest: view.shortest })}
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
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);
  const begin = async (present: string) => {
    setOffer(await handIn<Offer>("/api/second-factor/offer", { present }));
    setAsking(false);
  };
  const finish = async (command: "confirm_second_factor" | "make_recovery_codes" | "remove_second_factor", code: string) => {
    setProblem(undefined);
    try {
      const said = (await send(`security.${command}`, { code })).result;
      if (said.outcome === "refused") {
        setProblem(t("error-wrong-code"));
        return;
      }
      setOffer(undefined);
      setCodes(said.recovery_codes?.length ? said.recovery_codes : undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
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
          <CodeForm problem={problem} ways={[["confirm_second_factor", t("me-factor-confirm"), "primary"]]} onCode={finish} />
        </>
      )}
      {!codes && view.has_authenticator && (
        <>
          <p class="small">{t("me-codes-left", { count: view.recovery_codes_left })}</p>
          <CodeForm
            problem={problem}
            ways={[
              ["make_recovery_codes", t("me-codes-new"), "quiet"],
              ...(view.must_have_factor && !view.passkeys.length ? [] : [REMOVE()]),
            ]}
            onCode={finish}
          />
        </>
      )}
    </Card>
  );
}

const REMOVE = (): [Way, string, "danger"] => ["remove_second_factor", t("me-factor-remove"), "danger"];

type Way = "confirm_second_factor" | "make_recovery_codes" | "remove_second_factor";

function CodeForm({
  problem,
  ways,
  onCode,
}: {
  problem: string | undefined;
  ways: [Way, string, "primary" | "quiet" | "danger"][];
  onCode: (way: Way, code: string) => Promise<void>;
}) {
  const [code, setCode] = useState("");
  const ready = code.replace(/\D/g, "").length >= 6;
  const run = (way: Way) => void onCode(way, code).then(() => setCode(""));
  return (
    <Form ready={ready && ways.length === 1} onSend={() => run(ways[0]![0])}>
      <div class="me-code">
        <TextInput
          label={t("sign-in-factor-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onValue={(typed) => setCode(typed.replace(/[^\d -]/g, "").slice(0, 24))}
          error={problem}
        />
      </div>
      <div class="row wrap">
        {ways.map(([way, label, variant]) => (
          <Button key={way} variant={variant} disabled={!ready} onClick={() => run(way)}>
            {label}
          </Button>
        ))}
      </div>
    </Form>
  );
}
