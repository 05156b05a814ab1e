import { CalendarHeart, Heart, Info, MapPin, PenLine, Sprout, Star, UserRound } from "lucide-preact";
import { hubNow } from "@client/clock";
import { dayAndTime, listed, visitDay } from "@client/format";
import { pick, say, t } from "@client/i18n";
import { Callout, Chip, Countdown, EmptyState, Icon, StateBadge, TimeText } from "@design";
import { Allergy } from "./Allergy";
import { nameOf } from "./names";
import type { View, Work } from "./Tablet";

/** A change keeps its mark this long, on the hub's clock. */
const CHANGE_SHOWN_MS = 45 * 60_000;

export function tierChip(tier: string) {
  return tier === "none" ? null : (
    <Chip tone="clay" icon={Star}>
      {t(`tier-${tier}`)}
    </Chip>
  );
}

export function changed(work: Work) {
  if (!work.changed || !work.changed_at || hubNow() - Date.parse(work.changed_at) > CHANGE_SHOWN_MS) return null;
  return (
    <Callout tone="clay" icon={Info} class="changed small">
      {say(work.changed)}
    </Callout>
  );
}

/** NOW: who, what, where, and the time that is left, large enough for arm's length. */
export function Focus({ view }: { view: View }) {
  const work = view.focus;
  if (!work) {
    return (
      <section class="focus empty">
        <EmptyState title={t("focus-none")}>{t("focus-none-hint")}</EmptyState>
      </section>
    );
  }
  const running = work.steps.find((step) => step.state === "running");
  return (
    <section class={`focus ${view.focus_is}`}>
      <header class="focus-head">
        <p class="focus-kind">{t(`focus-${view.focus_is}`)}</p>
        {running && <StateBadge kind="phase" state={running.kind} />}
        {work.requested_me && (
          <Chip tone="celadon" icon={CalendarHeart}>
            {t("requested-me")}
          </Chip>
        )}
        {tierChip(work.person.tier)}
      </header>
      {work.person.has_allergy && (
        <Allergy key={work.person.booking_id} booking={work.person.booking_id} version={work.person.allergy_version} running={running !== undefined} />
      )}
      <div class="focus-split">
        <div class="focus-main">
          <Now work={work} running={running} />
          <Forms work={work} running={running !== undefined} />
          <Steps work={work} />
          {work.person.note && <p class="note">{work.person.note}</p>}
          {changed(work)}
        </div>
        <Brief known={view.brief} named={work.person.has_file} />
      </div>
    </section>
  );
}

type Step = Work["steps"][number];

function Now({ work, running }: { work: Work; running: Step | undefined }) {
  return (
    <div class="focus-body">
      <div class="focus-who">
        <h2>{nameOf(work.person)}</h2>
        <p class="focus-service">{pick(work.service)}</p>
        {work.place && (
          <p class="focus-place">
            <Icon of={MapPin} />
            {pick(work.place)}
          </p>
        )}
        <Presence work={work} running={running !== undefined} />
      </div>
      <Time work={work} running={running} />
    </div>
  );
}

/** Whether what this service asks for is signed; and what another one of this visit waits for. */
function Forms({ work, running }: { work: Work; running: boolean }) {
  const own = running ? null : work.form;
  const other = work.to_sign && work.to_sign.form !== own?.form ? work.to_sign : null;
  return (
    <>
      {own && <Signed form={own} />}
      {other && <Signed form={other} />}
    </>
  );
}

function Signed({ form }: { form: NonNullable<Work["form"]> }) {
  const open = form.standing === "missing" || form.standing === "to_confirm";
  const words = t(`form-${form.standing.replace("_", "-")}`, { form: pick(form.name), at: form.at ? dayAndTime(form.at) : "" });
  if (open) {
    return (
      <Callout icon={PenLine} class="form-line open" data-standing={form.standing}>
        {words}
      </Callout>
    );
  }
  return (
    <p class="form-line" data-standing={form.standing}>
      <Icon of={PenLine} />
      <span>{words}</span>
    </p>
  );
}

/** What is known: enough to greet somebody as one who is known, and to go on where the last talk ended. */
function Brief({ known, named }: { known: View["brief"]; named: boolean }) {
  const { visits = [], talks = [], preferences = [], skin_type: skin = null } = known ?? {};
  if (!visits.length && !talks.length && !preferences.length && !skin) {
    return (
      <p class="brief-none">
        <Icon of={named ? Sprout : UserRound} /> {t(named ? "brief-none" : "brief-guest")}
      </p>
    );
  }
  return (
    <section class="brief">
      <h3>{t("brief-title")}</h3>
      {(skin || preferences.length > 0) && (
        <p class="brief-likes">
          <Icon of={Heart} />
          <span>{[skin && t(`skin-${skin}`), ...preferences].filter(Boolean).join(" · ")}</span>
        </p>
      )}
      <ul>
        {talks.map((talk) => (
          <li key={talk.at} class="brief-today">
            <TimeText at={talk.at} />
            <span class="brief-said">{talk.note || talk.preferences || (talk.skin_type && t(`skin-${talk.skin_type}`))}</span>
          </li>
        ))}
        {visits.map((visit) => (
          <li key={visit.at}>
            <time dateTime={visit.at}>{visitDay(visit.at)}</time>
            <span class="brief-what">{listed(visit.services.map((service) => pick(service)))}</span>
            <span class="brief-who">{visit.by_me ? t("brief-by-me") : visit.technician && pick(visit.technician)}</span>
            {visit.talks.some((talk) => talk.note) && (
              <span class="brief-said">{visit.talks.map((talk) => talk.note).filter(Boolean).join(" · ")}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Time({ work, running }: { work: Work; running: Step | undefined }) {
  if (running?.end) {
    return (
      <div class="focus-time">
        <p class="focus-time-name">{t(Date.parse(running.end) < hubNow() ? "time-over" : running.kind === "processing" ? "time-developing" : "time-left")}</p>
        <Countdown to={running.end} />
        <p class="focus-until">
          {t("time-until")} <TimeText at={running.end} />
        </p>
      </div>
    );
  }
  return (
    <div class="focus-time">
      <p class="focus-time-name">{t("time-starts")}</p>
      {work.start && (
        <strong class="focus-start">
          <TimeText at={work.start} />
        </strong>
      )}
      {work.end && (
        <p class="focus-until">
          {t("time-until")} <TimeText at={work.end} />
        </p>
      )}
    </div>
  );
}

function Presence({ work, running }: { work: Work; running: boolean }) {
  if (running) return null;
  if (work.paused) return <StateBadge kind="visit" state="paused" />;
  if (work.called) return <StateBadge kind="visit" state="called" loud />;
  if (work.arrived_at) {
    return (
      <p class="presence here">
        <StateBadge kind="booking" state="arrived" />
        <span>
          {t("here-since")} <TimeText at={work.arrived_at} />
        </span>
      </p>
    );
  }
  if (work.late_until) {
    return (
      <p class="presence">
        <StateBadge kind="visit" state="running_late" />
        <span>
          {t("late-until")} <TimeText at={work.late_until} />
        </span>
      </p>
    );
  }
  return <StateBadge kind="booking" state="expected" />;
}

/** The phases in proportion, with the way behind us filled. */
function Steps({ work }: { work: Work }) {
  if (work.steps.length < 2) return null;
  return (
    <ol class="steps" aria-label={t("steps")}>
      {work.steps.map((step) => (
        <li key={step.ordinal} class={`step ${step.state} ${step.kind}`} style={{ flexGrow: step.minutes }}>
          <span class="step-bar" />
          <span class="step-name">
            {t(`state-phase-${step.kind}`)} <b>{step.minutes}′</b>
          </span>
        </li>
      ))}
    </ol>
  );
}
