import { Armchair, BellRing, CircleCheck, HeartPulse, PenLine, Users } from "lucide-preact";
import { hubNow } from "@client/clock";
import { timeRange, time } from "@client/format";
import { pick, t } from "@client/i18n";
import { Button, Callout, Icon, QrImage } from "@design";
import "@design/glaze.css";
import { Say } from "./Booked";
import { answer, type KioskView } from "./talk";

/** Who comes hours early is first in the queue, but not next. */
const SOON_MS = 15 * 60_000;

type Result = NonNullable<KioskView["result"]>;

export function Done({ view }: { view: KioskView }) {
  const { result } = view;
  if (!result) return <Gone />;
  return (
    <>
      <h1 class="done-title" id="asked">
        <Icon of={CircleCheck} size="1.3em" /> {t(view.step === "already" ? "result-already" : "result-title")}
      </h1>
      <section class="done-code" aria-label={t("result-code")}>
        <span id="told-number" class={`done-tile glaze-${result.color}`}>{result.number}</span>
        <span id="told-color" class="done-word">{t(`color-${result.color}`)}</span>
      </section>
      <Promise result={result} />
      <p class="done-seat" id="told-where">
        <Icon of={Armchair} size="1.6em" />
        <span>{result.place ? t("result-place", { place: result.place }) : result.seat ? pick(result.seat) : t("result-seat")}</span>
      </p>
      {result.health_noted && (
        <Callout tone="clay" icon={HeartPulse}>
          {t("result-health")}
        </Callout>
      )}
      {result.form !== "none" && (
        <Callout tone="clay" icon={PenLine}>
          {t(`result-form-${result.form}`)}
        </Callout>
      )}
      <div class="take-along">
        <QrImage matrix={result.follow_qr} label={t("result-follow")} size="14rem" />
        <p>{t("result-follow")}</p>
      </div>
      <div class="choices">
        {result.others && (
          <Button size="lg" wide icon={Users} onClick={() => void answer({ kind: "another" })}>
            {t("result-another")}
          </Button>
        )}
        <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "leave" })}>
          {t("result-done")}
        </Button>
      </div>
    </>
  );
}

/** The desk has taken the check-in back meanwhile. */
function Gone() {
  return (
    <Say icon={BellRing} title={t("result-gone-title")} text={t("result-gone-text")}>
      <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "leave" })}>
        {t("result-done")}
      </Button>
    </Say>
  );
}

function Promise({ result }: { result: Result }) {
  if (!result.window_start) return <p class="done-window none" id="told-when">{t("result-no-window")}</p>;
  const soon = Date.parse(result.window_start) - hubNow() < SOON_MS;
  return (
    <section class="done-window" id="told-when">
      <p class="muted">{t("result-window")}</p>
      <p class="done-time">{result.window_end ? timeRange(result.window_start, result.window_end) : time(result.window_start)}</p>
      <p class="done-odds">
        {result.odds !== null && <span>{t("result-odds", { odds: result.odds })}</span>}
        {result.ahead ? <span>{t("result-ahead", { count: result.ahead })}</span> : result.ahead === 0 && soon && <span>{t("result-ahead-none")}</span>}
      </p>
    </section>
  );
}
