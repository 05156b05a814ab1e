import { businessDate, isoDate, listed, time, timeRange, visitDay } from "@client/format";
import { pick, t } from "@client/i18n";
import { PenLine } from "lucide-preact";
import { Callout, ProgressRing, StartText } from "@design";
import "@design/glaze.css";
import type { VisitView } from "./state";

/** The one promise in the middle: your time, and how sure. */
export function Hero({ view }: { view: VisitView }) {
  // Who has to sign first is not next yet.
  const stage = (view.stage === "soon" && view.to_sign.length ? "waiting" : view.stage).replace("_", "-");
  return (
    <section class={`hero at-${stage}`} aria-live="polite">
      {view.color && view.number !== null && !["left", "cancelled"].includes(view.stage) && (
        <p class="hero-code">
          <span class={`hero-tile glaze-${view.color}`}>{view.number}</span>
          <span>{t(`color-${view.color}`)}</span>
        </p>
      )}
      <p class="hero-word">{t(`stage-${stage}`)}</p>
      <Middle view={view} />
    </section>
  );
}

function Middle({ view }: { view: VisitView }) {
  switch (view.stage) {
    case "held":
    case "booked":
      return <Booked view={view} at={view.booked_start} />;
    case "running_late":
      // How sure the first time was says nothing of this one.
      return <Booked view={{ ...view, odds: null }} at={view.late_until ?? view.booked_start} />;
    case "waiting":
    case "soon":
      return <Waiting view={view} />;
    case "paused":
      return <p class="hero-text">{t("stage-paused-text")}</p>;
    case "called":
      return <p class="hero-place">{view.place ? t("stage-called-text", { place: view.place }) : t("stage-called-desk")}</p>;
    case "in_service":
      return <InService view={view} />;
    default:
      return <p class="hero-text">{t(`stage-${view.stage.replace("_", "-")}-text`)}</p>;
  }
}

function Booked({ view, at }: { view: VisitView; at: string }) {
  const today = businessDate(at) === businessDate(view.now);
  return (
    <>
      <p class="hero-day">{today ? t("today") : visitDay(at)}</p>
      <p class="hero-time">
        <StartText at={at} marked={isoDate(at) !== isoDate(view.now)} />
      </p>
      <Odds odds={view.odds} />
    </>
  );
}

function Waiting({ view }: { view: VisitView }) {
  return (
    <>
      {view.window_start && (
        <p class={view.window_end ? "hero-time window" : "hero-time"}>
          {view.window_end ? timeRange(view.window_start, view.window_end) : time(view.window_start)}
        </p>
      )}
      <Odds odds={view.odds} />
      {view.to_sign.length > 0 && (
        <Callout icon={PenLine} class="hero-sign">
          {t("to-sign", { forms: listed(view.to_sign.map((each) => pick(each))) })}
        </Callout>
      )}
      {view.ahead !== null && view.ahead > 0 && <p class="hero-text">{t("ahead", { count: view.ahead })}</p>}
      {view.technician && view.technician_state && (
        <p class="hero-technician">
          {pick(view.technician)} {t(`technician-${view.technician_state}`)}
        </p>
      )}
    </>
  );
}

function InService({ view }: { view: VisitView }) {
  const running = view.services.find((each) => each.state === "running");
  if (!view.expected_end) return null;
  if (!running?.start) return <p class="hero-time">{time(view.expected_end)}</p>;
  return (
    <ProgressRing from={running.start} to={view.expected_end} size="13rem">
      <span class="hero-ring">{time(view.expected_end)}</span>
      {view.technician && <span class="muted">{pick(view.technician)}</span>}
    </ProgressRing>
  );
}

/** A share that can be seen, with its number. */
function Odds({ odds }: { odds: number | null }) {
  if (odds === null) return null;
  return (
    <p class="hero-odds">
      <span class="hero-bar" aria-hidden="true">
        <span style={{ inlineSize: `${odds}%` }} />
      </span>
      {t("odds", { odds })}
    </p>
  );
}
