/** The second factor at sign-in: shown, or set up by whoever must have one. */
import { Fingerprint } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "@client/i18n";
import { passkeyTrouble } from "@client/passkeys";
import { Button, Callout, Form, QrImage, SkeletonLines, TextInput } from "@design";
import { useEntering } from "./steps";
import { deviceName, offerFactor, proveFactor, setUpPasskey, usePasskey, type Entered, type FactorOffer, type Way } from "./ways";

interface StepProps {
  step: string;
  ways: Way[];
  /** Where browsers have passkeys. */
  address: string;
  onEntered: (entered: Entered) => void;
}

/** `wrong`: what is said of a wrong code where a recovery code would be none. */
function CodeForm({ step, onEntered, focus = true, wrong }: Pick<StepProps, "step" | "onEntered"> & { focus?: boolean; wrong?: string }) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useEntering(onEntered);
  return (
    <Form ready={code.length >= 6} onSend={() =>
        void run(() =>
          proveFactor(step, code).catch((error: Error & { code?: string }) => {
            throw wrong && error.code === "wrong_code" ? new Error(wrong) : error;
          }),
        )
      }>
      <div class={code.length > 8 ? "way-code long" : "way-code"}>
        <TextInput
          label={t("sign-in-factor-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus={focus}
          value={code}
          onValue={(typed) => setCode(typed.replace(/[^\d -]/g, "").slice(0, 24))}
          error={problem}
        />
      </div>
      <Button type="submit" variant={focus ? "primary" : "quiet"} size="md" wide working={working} disabled={code.length < 6}>
        {t("button-next")}
      </Button>
    </Form>
  );
}

/** What opens the browser's own dialog, and what it said. */
function PasskeyButton({ label, work, onEntered }: { label: string; work: () => Promise<Entered>; onEntered: StepProps["onEntered"] }) {
  const { working, problem, run } = useEntering(onEntered);
  return (
    <div class="way-passkey">
      <Button variant="primary" icon={Fingerprint} size="md" wide working={working} onClick={() => void run(work)}>
        {label}
      </Button>
      {problem && (
        <p class="small way-wrong" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export function Factor({ step, ways, address, onEntered }: StepProps) {
  const trouble = passkeyTrouble(address);
  const byPasskey = ways.includes("passkey") && !trouble;
  const text = byPasskey ? "sign-in-factor-passkey" : ways.includes("code") ? "sign-in-factor-text" : "sign-in-factor-recovery";
  return (
    <div class="way">
      <header>
        <h1>{t("sign-in-factor-title")}</h1>
        <p class="muted">{t(text)}</p>
      </header>
      {byPasskey && <PasskeyButton label={t("sign-in-factor-use")} work={() => usePasskey(step)} onEntered={onEntered} />}
      {byPasskey && <p class="way-or">{t(ways.includes("code") ? "sign-in-factor-or" : "sign-in-factor-or-recovery")}</p>}
      {!byPasskey && ways.includes("passkey") && trouble && <p class="small muted">{t(`passkey-${trouble}`)}</p>}
      <CodeForm step={step} onEntered={onEntered} focus={!byPasskey} />
      {ways.includes("code") && <p class="small muted">{t("sign-in-factor-lost")}</p>}
      <p class="small muted">{t("sign-in-factor-none")}</p>
    </div>
  );
}

export function FactorSetup({ step, address, onEntered }: StepProps) {
  const trouble = passkeyTrouble(address);
  const [byApp, setByApp] = useState(trouble !== undefined);
  return (
    <div class="way">
      <header>
        <h1>{t("sign-in-setup-title")}</h1>
        <p class="muted">{t(byApp ? "sign-in-setup-text" : "sign-in-setup-passkey-text")}</p>
      </header>
      {byApp ? (
        <App step={step} onEntered={onEntered} />
      ) : (
        <>
          <PasskeyButton
            label={t("sign-in-setup-passkey")}
            work={() => setUpPasskey(step, deviceName() || t("passkey-this-device"))}
            onEntered={onEntered}
          />
          <p class="way-or">{t("sign-in-setup-or")}</p>
          <Button size="md" wide onClick={() => setByApp(true)}>
            {t("sign-in-setup-app")}
          </Button>
        </>
      )}
    </div>
  );
}

function App({ step, onEntered }: Pick<StepProps, "step" | "onEntered">) {
  const [offer, setOffer] = useState<FactorOffer>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    offerFactor(step).then(setOffer, (error: Error) => setProblem(error.message));
  }, [step]);
  if (problem) {
    return (
      <Callout tone="alert" class="way-problem" role="alert">
        {problem}
      </Callout>
    );
  }
  if (!offer) return <SkeletonLines count={4} />;
  return (
    <>
      <div class="way-scan">
        <QrImage matrix={offer.matrix} label={t("sign-in-setup-qr")} size="11rem" />
        <div>
          <p class="small muted">{t("sign-in-setup-by-hand")}</p>
          <p class="way-secret numbers">{offer.secret.match(/.{1,4}/g)?.join(" ")}</p>
        </div>
      </div>
      <CodeForm step={step} onEntered={onEntered} wrong={t("sign-in-setup-wrong")} />
    </>
  );
}
