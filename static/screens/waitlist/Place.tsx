import { CalendarX2 } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { Refusal, send } from "@client/door";
import { day, listed, noon, timeRange, visitDay, visitDayAndTime } from "@client/format";
import { language, pick, t } from "@client/i18n";
import { Button, Callout, Card, ConnectionBadge, Countdown, EmptyState, LanguageSwitch, LiveArea, ProgressRing, Sheet, SkeletonLines, StartText, toast } from "@design";
import { live, refused, type Offer, type PlaceView } from "./state";
import "./place.css";

export function Place() {
  const offered = live.view.value?.stage === "offered";
  useEffect(() => {
    document.title = offered ? t("waitlist-stage-offered") : t("waitlist-page-title");
  }, [language.value, offered]);
  if (refused.value) {
    return (
      <main class="place">
        <header class="place-head">
          <span class="push" />
          <LanguageSwitch />
        </header>
        <EmptyState icon={CalendarX2} title={t("link-title")} action={{ label: t("link-book"), onClick: toBook }}>
          {t("link-text")}
        </EmptyState>
      </main>
    );
  }
  return (
    <div class="place">
      <LiveArea live={live} skeleton={<SkeletonLines count={5} height="3rem" />}>
        {(view) => <Page view={view} />}
      </LiveArea>
    </div>
  );
}

function toBook(): void {
  location.assign("/book");
}

function Page({ view }: { view: PlaceView }) {
  return (
    <>
      <header class="place-head">
        <p class="place-store">{pick(view.store.name)}</p>
        <ConnectionBadge live={live} dot />
        <LanguageSwitch />
      </header>
      <main>
        <h1 aria-live="polite">{t(`waitlist-stage-${view.stage}`)}</h1>
        {view.offer && <Offered key={view.offer.id} offer={view.offer} />}
        {view.stage === "waiting" && <p class="place-hint">{t("waitlist-waiting-hint")}</p>}
        {!view.offer && view.last && view.stage === "waiting" && (
          <Callout role="status">
            {t(view.last.state === "withdrawn" ? `waitlist-last-withdrawn-${(view.last.reason ?? "filled").replace("_", "-")}` : `waitlist-last-${view.last.state}`, {
              at: visitDayAndTime(view.last.start),
            })}
          </Callout>
        )}
        <Wanted view={view} />
        {view.visit_link && (
          <Button variant="primary" size="md" wide onClick={() => location.assign(`/v/${view.visit_link}`)}>
            {t("waitlist-see-visit")}
          </Button>
        )}
        {["left", "removed", "past"].includes(view.stage) && (
          <Button variant="primary" size="md" wide onClick={toBook}>
            {t("waitlist-again")}
          </Button>
        )}
        {view.stage !== "booked" && (
          <details class="place-rule">
            <summary>{t("waitlist-how")}</summary>
            <p>{t("waitlist-rule")}</p>
          </details>
        )}
        {view.stage === "waiting" && <Leave entry={view.entry_id} />}
      </main>
    </>
  );
}

function Offered({ offer }: { offer: Offer }) {
  const [working, setWorking] = useState<"accept" | "decline">();
  const [problem, setProblem] = useState<string>();
  const answer = async (verb: "accept" | "decline") => {
    setWorking(verb);
    setProblem(undefined);
    try {
      if (verb === "accept") {
        const { result } = await send("waitlist.accept", { offer_id: offer.id });
        location.assign(`/v/${result.link}?new`);
        return;
      }
      await send("waitlist.decline", { offer_id: offer.id });
    } catch (error) {
      setProblem((error as Error).message);
      if (error instanceof Refusal) live.retry();
    }
    setWorking(undefined);
  };
  return (
    <Card class="offer">
      <p class="offer-day">{visitDay(offer.start)}</p>
      <p class="offer-time">
        <StartText at={offer.start} />
      </p>
      <p class="offer-facts">
        {timeRange(offer.start, offer.end)}
        {offer.technicians.length > 0 && ` · ${t("waitlist-offer-with", { names: listed(offer.technicians.map(pick)) })}`}
      </p>
      <div class="offer-left">
        <ProgressRing from={offer.made_at} to={offer.expires_at} size="6.5rem">
          <Countdown to={offer.expires_at} />
        </ProgressRing>
        <p>{t("waitlist-offer-kept")}</p>
      </div>
      {problem && (
        <p class="place-problem" role="alert">
          {problem}
        </p>
      )}
      <Button variant="primary" size="md" wide working={working === "accept"} disabled={working !== undefined} onClick={() => void answer("accept")}>
        {t("waitlist-accept")}
      </Button>
      <Button size="md" wide working={working === "decline"} disabled={working !== undefined} onClick={() => void answer("decline")}>
        {t("waitlist-decline")}
      </Button>
      <p class="place-hint">{t("waitlist-decline-hint")}</p>
    </Card>
  );
}

function Wanted({ view }: { view: PlaceView }) {
  const first = day(noon(view.date_from));
  const days = view.date_from === view.date_to ? first : `${first} – ${day(noon(view.date_to))}`;
  return (
    <Card class="wanted">
      <ul>
        {view.services.map((each, index) => (
          <li key={index}>
            <strong>{pick(each.name)}</strong>
            <span>{each.technician ? pick(each.technician) : t(`waitlist-with-${each.requested}`)}</span>
          </li>
        ))}
      </ul>
      <p>
        {days} · {times(view.time_from, view.time_until)}
      </p>
    </Card>
  );
}

function times(from: string | null, until: string | null): string {
  if (from && until) return t("waitlist-time-between", { from, until });
  if (from) return t("waitlist-time-from", { from });
  return until ? t("waitlist-time-until", { until }) : t("waitlist-time-any");
}

/** The place is lost by it, so it asks first. */
function Leave({ entry }: { entry: string }) {
  const [asks, setAsks] = useState(false);
  const [working, setWorking] = useState(false);
  const stay = () => setAsks(false);
  const leave = async () => {
    setWorking(true);
    try {
      await send("waitlist.leave", { entry_id: entry });
      stay();
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
    setWorking(false);
  };
  return (
    <>
      <Button variant="ghost" wide onClick={() => setAsks(true)}>
        {t("waitlist-leave")}
      </Button>
      <Sheet open={asks} onClose={stay} title={t("waitlist-leave-title")}>
        <div class="leave">
          <p>{t("waitlist-leave-text")}</p>
          <Button variant="primary" size="md" wide onClick={stay}>
            {t("waitlist-leave-stay")}
          </Button>
          <Button variant="danger" size="md" wide working={working} onClick={() => void leave()}>
            {t("waitlist-leave")}
          </Button>
        </div>
      </Sheet>
    </>
  );
}
