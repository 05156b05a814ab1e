import { BellRing, ChevronLeft, CloudOff, RotateCcw, Store } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { language, pick, t, textIn } from "@client/i18n";
import { awaited } from "@client/language";
import { Button, Clock, Icon, LanguageSwitch, LiveArea, Skeleton } from "@design";
import { Confirm, Consent, Elsewhen, Hour, Identify, Locked, Over, Person, Say, Unknown, Whose } from "./Booked";
import { FormStep } from "./FormStep";
import { Idle } from "./Idle";
import { Done } from "./Done";
import { useUsbScanner } from "./scan";
import { answer, answered, forgetLanguage, live, type KioskView, type Step } from "./talk";
import { Later, Name, NumberStep, Offer, Services, Who } from "./WalkIn";
import { Welcome } from "./Welcome";
import "./kiosk.css";

const BOOKED: Step[][] = [["identify", "unknown", "locked"], ["hour"], ["whose", "confirm", "consent", "elsewhen", "over", "person", "form"], ["result", "already"]];
const WALK_IN: Step[][] = [["service"], ["who", "offer", "later"], ["name", "number", "form"], ["result"]];
const BACK: Step[] = ["identify", "hour", "unknown", "service", "who", "offer", "later", "name", "number"];
/** Ids of what is read out with a step's heading, as far as the step has them. */
const TOLD = "told told-number told-color told-who told-when told-where";
/** Here "done" leads out. */
const DONE: Step[] = ["result", "already"];

export function Kiosk() {
  useEffect(() => {
    document.title = t("kiosk-title");
  }, [language.value]);
  useEffect(forgetLanguage, []);
  useUsbScanner((text) => void answer({ kind: "scan", text }));
  const cut = live.status.value === "offline";
  // The store's own language may be the other one, and the welcome and what is said without the hub speak both.
  const spoken = (what: ComponentChildren) => (awaited.value ? <Loading /> : what);
  return (
    <div class="kiosk">
      {cut && live.view.value === undefined ? (
        spoken(<Cut />)
      ) : (
        <LiveArea live={live} skeleton={<Loading />}>
          {(view) => spoken(cut ? <Cut /> : <Talk view={view} />)}
        </LiveArea>
      )}
    </div>
  );
}

function Loading() {
  return (
    <div class="kiosk-loading" role="status" aria-label={t("loading")}>
      <Skeleton width="60%" height="5rem" />
      <Skeleton width="40%" height="2.5rem" />
      <Skeleton height="12rem" />
      <Skeleton height="12rem" />
    </div>
  );
}

/** Without the hub nobody can be checked in, and what was on the screen is nobody else's business. Who comes next may speak the
 *  other language. */
function Cut() {
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <main class="kiosk-main" role="alert">
      <Say icon={CloudOff} title={t("offline-title")} text={t("offline-text")}>
        <p class="cut-other" lang={other}>
          <strong>{textIn(other, "offline-title")}</strong>
          {textIn(other, "offline-text")}
        </p>
      </Say>
    </main>
  );
}

function Talk({ view }: { view: KioskView }) {
  const { step } = view;
  const welcome = step === "welcome";
  const back = BACK.includes(step);
  const main = useRef<HTMLElement>(null);
  // A screen reader goes on with the new question and what belongs to it, and no button of the old one keeps the focus.
  useLayoutEffect(() => main.current?.focus({ preventScroll: true }), [view.step_token]);
  return (
    <>
      <header class="kiosk-head">
        <span class="kiosk-store">
          <Icon of={Store} /> {pick(view.store.name)}
        </span>
        {back && <StartOver quiet />}
        <Clock />
      </header>
      {!welcome && <Way step={step} booked={view.way !== "none" || BOOKED.flat().includes(step)} />}
      <main class={`kiosk-main at-${step}`} key={view.step_token} ref={main} tabIndex={-1} aria-labelledby="asked" aria-describedby={TOLD}>
        <Question view={view} />
      </main>
      <footer class="kiosk-foot">
        {back ? (
          <Button size="md" icon={ChevronLeft} onClick={() => void answer({ kind: "back" })}>
            {t("button-back")}
          </Button>
        ) : (
          !welcome && !DONE.includes(step) && <StartOver />
        )}
        <LanguageSwitch size="md" remember={false} />
        <Button
          size="md"
          icon={BellRing}
          class={view.helped ? "help called" : "help"}
          disabled={view.helped || answered.value === view.step_token}
          onClick={() => void answer({ kind: "help" })}
        >
          {t(view.helped ? "person-coming" : "call-person")}
        </Button>
        <span class="unseen" role="status">
          {view.helped && t("person-coming")}
        </span>
      </footer>
      {!welcome && <Idle view={view} key={`idle-${view.step_token}`} />}
    </>
  );
}

/** The way out lies within everybody's reach: in the foot, or in the head where the foot has "back". */
function StartOver({ quiet = false }: { quiet?: boolean }) {
  return (
    <Button size="md" variant={quiet ? "ghost" : "quiet"} icon={RotateCcw} {...(quiet && { class: "push" })} onClick={() => void answer({ kind: "leave" })}>
      {t("start-over")}
    </Button>
  );
}

function Way({ step, booked }: { step: Step; booked: boolean }) {
  const way = booked && !WALK_IN.slice(0, 3).flat().includes(step) ? BOOKED : WALK_IN;
  const at = way.findIndex((steps) => steps.includes(step));
  return (
    <ol class="kiosk-way" aria-label={t("kiosk-steps")}>
      {way.map((_, index) => (
        <li key={index} class={index <= at ? "done" : ""} aria-current={index === at ? "step" : undefined}>
          <span class="unseen">{index + 1}</span>
        </li>
      ))}
    </ol>
  );
}

function Question({ view }: { view: KioskView }) {
  switch (view.step) {
    case "welcome":
      return <Welcome view={view} />;
    case "identify":
      return <Identify view={view} />;
    case "hour":
      return <Hour view={view} />;
    case "unknown":
      return <Unknown view={view} />;
    case "locked":
      return <Locked />;
    case "whose":
      return <Whose view={view} />;
    case "confirm":
      return <Confirm view={view} />;
    case "consent":
      return <Consent />;
    case "form":
      return <FormStep view={view} />;
    case "person":
      return <Person />;
    case "elsewhen":
      return <Elsewhen view={view} />;
    case "over":
      return <Over />;
    case "service":
      return <Services view={view} />;
    case "who":
      return <Who view={view} />;
    case "offer":
      return <Offer view={view} />;
    case "later":
      return <Later view={view} />;
    case "name":
      return <Name needed={view.name_needed} />;
    case "number":
      return <NumberStep view={view} />;
    default:
      return <Done view={view} />;
  }
}
