import { CalendarPlus, CalendarX2, CircleCheck, Info, QrCode } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { dayAndTime, listed, money, time } from "@client/format";
import { language, pick, t } from "@client/i18n";
import { Button, Callout, Card, Chip, ConnectionBadge, EmptyState, Icon, LanguageSwitch, LiveArea, QrImage, Sheet, Skeleton } from "@design";
import { saveCalendar } from "./calendar";
import { Changes } from "./Changes";
import { Hero } from "./Hero";
import { bookAgain, justBooked, live, refused, type VisitView } from "./state";
import "@design/slots.css";
import "./visit.css";

export function Visit() {
  useEffect(() => {
    document.title = t("visit-title");
  }, [language.value]);
  if (refused.value) return <Refused />;
  return (
    <div class="visit">
      <LiveArea live={live} skeleton={<Loading />}>
        {(view) => <Page view={view} />}
      </LiveArea>
    </div>
  );
}

function Loading() {
  return (
    <div class="visit-loading" role="status" aria-label={t("loading")}>
      <Skeleton width="45%" height="1.5rem" />
      <div class="hero">
        <Skeleton width="9rem" height="1.5rem" />
        <Skeleton width="15rem" height="4.5rem" />
        <Skeleton width="11rem" height="1.25rem" />
      </div>
      <Skeleton height="3.5rem" />
      <Skeleton height="9rem" />
    </div>
  );
}

function Refused() {
  return (
    <main class="visit">
      <header class="visit-head">
        <span class="push" />
        <LanguageSwitch />
      </header>
      <EmptyState icon={CalendarX2} title={t("link-title")} action={{ label: t("link-book"), onClick: () => location.assign("/book") }}>
        {t("link-text")}
      </EmptyState>
    </main>
  );
}

const OVER = ["served", "left", "cancelled", "no_show"];
const TO_COME = ["booked", "running_late"];

function Page({ view }: { view: VisitView }) {
  const toCome = TO_COME.includes(view.stage);
  return (
    <>
      <header class="visit-head">
        <p class="visit-store">{pick(view.store.name)}</p>
        <ConnectionBadge live={live} dot />
        <LanguageSwitch />
      </header>
      <main>
        {justBooked.value && toCome && <JustBooked view={view} />}
        <Hero view={view} />
        {view.changed && !OVER.includes(view.stage) && (
          <Callout tone="clay" icon={Info}>
            <strong>{t("why-title")}</strong> {t(`why-${view.changed}`)}
          </Callout>
        )}
        <Services view={view} />
        {toCome && !justBooked.value && <Keep view={view} />}
        {["cancelled", "no_show", "left"].includes(view.stage) && (
          <Button variant="primary" size="md" wide onClick={bookAgain}>
            {t("book-again")}
          </Button>
        )}
        <Changes view={view} />
        <History view={view} />
      </main>
    </>
  );
}

function calendarOf(view: VisitView) {
  const ends = view.services.flatMap((each) => (each.end ? [each.end] : []));
  const end = ends.sort().at(-1) ?? new Date(Date.parse(view.booked_start) + 3_600_000).toISOString();
  const services = listed(view.services.map((each) => pick(each.name)));
  return {
    uid: view.booking_id,
    start: view.booked_start,
    end,
    title: t("calendar-title", { services, store: view.store.name }),
    address: location.origin + location.pathname,
  };
}

function JustBooked({ view }: { view: VisitView }) {
  return (
    <section class="booked">
      <h1>
        <Icon of={CircleCheck} size="1.2em" /> {t("visit-new")}
      </h1>
      <QrImage matrix={view.pass_qr} label={t("visit-code")} size="13rem" />
      <p>{t("visit-new-hint")}</p>
      <Button icon={CalendarPlus} onClick={() => saveCalendar(calendarOf(view))}>
        {t("visit-calendar")}
      </Button>
    </section>
  );
}

function Keep({ view }: { view: VisitView }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="keep">
      <Button icon={QrCode} variant="primary" size="md" wide onClick={() => setOpen(true)}>
        {t("visit-code-show")}
      </Button>
      <Button icon={CalendarPlus} wide onClick={() => saveCalendar(calendarOf(view))}>
        {t("visit-calendar")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={t("visit-code")}>
        <div class="code-sheet">
          <QrImage matrix={view.pass_qr} label={t("visit-code")} size="min(18rem, 70vw)" />
          <p>{t("visit-new-hint")}</p>
        </div>
      </Sheet>
    </div>
  );
}

function Services({ view }: { view: VisitView }) {
  const timed = view.services.some((each) => each.start);
  return (
    <Card flush class="services">
      <h2 class="unseen">{t("progress")}</h2>
      <ul class="service-list">
        {view.services.map((each, index) => (
          <li key={index} class={each.state}>
            {timed && <span class="service-time">{each.start ? time(each.start) : "–"}</span>}
            <span class="service-what">
              <span class="service-name">{pick(each.name)}</span>
              {each.technician && <span class="muted small">{pick(each.technician)}</span>}
            </span>
            {each.state === "running" ? (
              <Chip tone={each.developing ? "develop" : "busy"}>{t(each.developing ? "developing" : "state-running")}</Chip>
            ) : each.state === "done" ? (
              <Chip tone="ok">{t("state-done")}</Chip>
            ) : (
              <span class="muted numbers">{each.price_minor ? money(each.price_minor) : ""}</span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function History({ view }: { view: VisitView }) {
  if (!view.history.length) return null;
  return (
    <details class="history">
      <summary>{t("history-title")}</summary>
      <ol class="history-list">
        {view.history.map((each, index) => (
          <li key={index}>
            <span class="numbers">{dayAndTime(each.at)}</span>
            <span>{t(`history-${each.what}`)}</span>
            <span class="muted">{t(`history-by-${each.by}`)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
