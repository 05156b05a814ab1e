import { LogOut, TriangleAlert } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { hasText, language, pick, t } from "@client/i18n";
import { persist } from "@client/later";
import { goOn } from "@client/session";
import { Button, Callout, HomeBar, SegmentedControl } from "@design";
import { Factor, FactorSetup } from "./factors";
import { AskedLink, Forgotten, NewPassword, Pairing, Person, RecoveryCodes } from "./steps";
import { askedLink, begunStep, wishedMode, type Entered, type Need, type Way } from "./ways";
import "./sign-in.css";

type View = ViewOf<"sign-in">;
type Stage =
  | { at: "begin" }
  | { at: "forgotten" }
  | { at: "link"; token: string }
  | { at: Need; step: string; ways: Way[] }
  | { at: "codes"; codes: string[]; then: Entered };

const live = openView("sign-in");

function firstStage(): Stage {
  const begun = begunStep(location.hash);
  const link = askedLink(location.hash);
  if (begun || link) history.replaceState(null, "", location.pathname + location.search);
  if (link) return { at: "link", token: link };
  return begun ? { at: begun.needs, step: begun.step, ways: begun.ways } : { at: "begin" };
}

export function SignIn() {
  const view = live.view.value as View | undefined;
  const [stage, setStage] = useState<Stage>(firstStage);
  useEffect(() => {
    document.title = t("sign-in-title");
  }, [language.value]);
  useEffect(() => void persist(() => import("@design/keep_focus")).then(({ keepFocus }) => keepFocus()), []);
  const entered = (said: Entered) => {
    if (said.recovery_codes.length) setStage({ at: "codes", codes: said.recovery_codes, then: said });
    else advance(said, setStage);
  };
  return (
    <div class="gate">
      <aside class="gate-calm" aria-hidden="true">
        <p>{view ? pick(view.store.name) : ""}</p>
      </aside>
      <main class="gate-paper">
        <HomeBar live={live} />
        <div class="gate-middle">
          <Problem />
          <Stages stage={stage} view={view} entered={entered} go={setStage} />
        </div>
      </main>
    </div>
  );
}

function advance(said: Entered, setStage: (stage: Stage) => void): void {
  if (said.outcome === "step" && said.step && said.needs) setStage({ at: said.needs, step: said.step, ways: said.ways });
  else if (said.to) location.replace(said.to);
  else goOn();
}

function Stages({
  stage,
  view,
  entered,
  go,
}: {
  stage: Stage;
  view: View | undefined;
  entered: (said: Entered) => void;
  go: (stage: Stage) => void;
}) {
  const address = view?.passkey_address ?? "";
  if (stage.at === "begin") return <Begin view={view} entered={entered} onForgotten={() => go({ at: "forgotten" })} />;
  if (stage.at === "forgotten") return <Forgotten canMail={view?.can_mail ?? true} onBack={() => go({ at: "begin" })} />;
  if (stage.at === "link") return view ? <AskedLink token={stage.token} name={view.who?.name} onEntered={entered} /> : null;
  if (stage.at === "codes") return <RecoveryCodes codes={stage.codes} onKept={() => entered({ ...stage.then, recovery_codes: [] })} />;
  const Step = { second_factor: Factor, second_factor_setup: FactorSetup, new_password: NewPassword }[stage.at];
  const rules = view && t(`password-hint-${view.policy}`, { shortest: view.shortest });
  return (
    <>
      <Step key={stage.step} step={stage.step} ways={stage.ways} address={address} rules={rules} onEntered={entered} />
      <Button variant="ghost" onClick={() => go({ at: "begin" })}>
        {t("sign-in-again")}
      </Button>
    </>
  );
}

function Begin({
  view,
  entered,
  onForgotten,
}: {
  view: View | undefined;
  entered: (said: Entered) => void;
  onForgotten: () => void;
}) {
  const [mode, setMode] = useState(() => wishedMode(location.search));
  const [other, setOther] = useState(false);
  if (view?.who?.kind === "staff" && mode === "person" && !other) {
    return (
      <div class="way">
        <h1>{t("sign-in-here-already", { name: view.who.name })}</h1>
        <Button variant="primary" size="md" wide onClick={() => goOn()}>
          {t("sign-in-go-on")}
        </Button>
        <Button wide onClick={() => setOther(true)}>
          {t("sign-in-someone-else")}
        </Button>
      </div>
    );
  }
  return (
    <>
      <SegmentedControl
        label={t("sign-in-mode")}
        value={mode}
        onValue={setMode}
        options={[
          { value: "person", label: t("sign-in-as-person") },
          { value: "pair", label: t("sign-in-pair") },
        ]}
      />
      {mode === "person" ? (
        <Person address={view?.passkey_address ?? ""} onEntered={entered} onForgotten={onForgotten} />
      ) : (
        <Pairing onEntered={entered} />
      )}
    </>
  );
}

/** Why one is here: a one-time link did not open, or what was open until now has ended. */
function Problem() {
  const said = new URLSearchParams(location.search);
  const code = said.get("problem")?.replaceAll("_", "-");
  const ended = said.has("ended") ? `sign-in-ended-${wishedMode(location.search)}` : undefined;
  const text = code && hasText(`error-${code}`) ? `error-${code}` : ended;
  if (!text) return null;
  return (
    <Callout tone={text === ended ? "wait" : "alert"} icon={text === ended ? LogOut : TriangleAlert} class={text === ended ? "way-kept" : "way-problem"} role="alert">
      {t(text)}
    </Callout>
  );
}
