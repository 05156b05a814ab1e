import { BellRing, CalendarDays, Camera, CircleCheck, Footprints, SearchX, ShieldCheck } from "lucide-preact";
import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { listed, time, visitDay } from "@client/format";
import { pick, t } from "@client/i18n";
import { hasCamera } from "@client/scanner";
import { Button, Callout, grouped, Icon, NumberPad, QrImage, StartText } from "@design";
import { useCamera } from "./scan";
import { answer, answered, type Greeting, type KioskView } from "./talk";

const PAD_AFTER_MS = 6_000;
const LONGEST = 15; // E.164
export const SHORTEST = 5;

export function Identify({ view }: { view: KioskView }) {
  const [camera, setCamera] = useState(hasCamera());
  const [pad, setPad] = useState(!hasCamera());
  useEffect(() => {
    const timer = setTimeout(() => setPad(true), PAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const lost = () => {
    setCamera(false);
    setPad(true);
  };
  return (
    <>
      <Ask title={t(camera ? "identify-title" : "identify-title-pad")} hint={camera ? undefined : t("identify-scanner")} />
      {camera && <Look small={pad} onLost={lost} />}
      {pad ? (
        <PhoneEntry digits={view.phone_digits} />
      ) : (
        <Button size="md" wide onClick={() => setPad(true)}>
          {t("identify-use-pad")}
        </Button>
      )}
    </>
  );
}

function Look({ small, onLost }: { small: boolean; onLost: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useCamera(video, (text) => void answer({ kind: "scan", text }), onLost);
  return (
    <div class={small ? "look small" : "look"}>
      <video ref={video} muted playsInline aria-hidden="true" />
      <p>
        <Icon of={Camera} /> {t("identify-camera")}
      </p>
    </div>
  );
}

/** A number of the usual length ends the entry by itself. */
function PhoneEntry({ digits }: { digits: number | null }) {
  const [value, setValue] = useState("");
  const give = (phone: string) => void answer({ kind: "phone", phone });
  const change = (next: string) => {
    setValue(next);
    if (digits !== null && next.length === digits && next.length > value.length) give(next);
  };
  return <PhonePad value={value} onValue={change} onDone={() => give(value)} />;
}

/** Digits of a mobile number, shown as they are typed. */
export function PhonePad({ value, onValue, onDone }: { value: string; onValue: (next: string) => void; onDone?: () => void }) {
  return (
    <div class="phone">
      <p class="phone-shown" role="status" aria-label={t("kiosk-phone-label")}>
        {grouped(value) || <span class="phone-empty">{t("kiosk-phone-label")}</span>}
      </p>
      <NumberPad value={value} onValue={onValue} maxLength={LONGEST} complete={value.length >= SHORTEST} {...(onDone && { onDone })} />
    </div>
  );
}

export function Hour({ view }: { view: KioskView }) {
  return (
    <>
      <Ask title={t("hour-title")} hint={t("hour-hint")} />
      <div class="hours">
        {view.hours.map((hour) => (
          <button key={hour} type="button" class="hour" onClick={() => void answer({ kind: "hour", hour })}>
            {String(hour).padStart(2, "0")}:00
          </button>
        ))}
      </div>
    </>
  );
}

export function Unknown({ view }: { view: KioskView }) {
  return (
    <Say icon={SearchX} title={t("unknown-title")} text={t(view.way === "code" ? "unknown-code" : "unknown-number")}>
      <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "back" })}>
        {t("unknown-again")}
      </Button>
      <WalkInInstead word="unknown-walk-in" />
    </Say>
  );
}

export function Locked() {
  return (
    <Say icon={BellRing} title={t("locked-title")} text={t("locked-text")}>
      <WalkInInstead word="unknown-walk-in" />
    </Say>
  );
}

function WalkInInstead({ word }: { word: string }) {
  return (
    <Button size="lg" wide icon={Footprints} onClick={() => void answer({ kind: "begin", way: "walk_in" })}>
      {t(word)}
    </Button>
  );
}

export function Whose({ view }: { view: KioskView }) {
  return (
    <>
      <Ask title={t("whose-title")} />
      <div class="rows">
        {view.people.map((each) => (
          <button key={each.booking_id} type="button" class="line" onClick={() => void answer({ kind: "choose", booking_id: each.booking_id })}>
            <span class="line-time">{time(each.start)}</span>
            <span class="line-name">
              {each.name}
              {each.is_here && (
                <span class="line-here">
                  <Icon of={CircleCheck} /> {t("whose-here")}
                </span>
              )}
            </span>
            <span class="line-more">{each.technician ? `${named(each)} · ${pick(each.technician)}` : named(each)}</span>
          </button>
        ))}
      </div>
    </>
  );
}

function named(each: Greeting): string {
  return listed(each.services.map(pick));
}

export function Confirm({ view }: { view: KioskView }) {
  const found = view.greeting;
  if (!found) return null;
  const working = answered.value === view.step_token;
  return (
    <>
      <Ask title={t("confirm-title")} />
      <section class="greeting" id="told-who">
        <p class="greeting-name">{found.name}</p>
        <p class="greeting-time">{time(found.start)}</p>
        <p class="greeting-what">{named(found)}</p>
        {found.technician && <p class="greeting-who">{t("confirm-with", { technician: found.technician })}</p>}
      </section>
      {found.timing !== "on_time" && (
        <Callout id="told-when" tone={found.timing === "late" ? "clay" : "celadon"}>
          {t(`confirm-${found.timing}`, { minutes: found.minutes })}
        </Callout>
      )}
      <div class="choices">
        <p class="choices-note">{t("confirm-unchanged")}</p>
        <Button variant="primary" size="lg" wide working={working} onClick={() => void answer({ kind: "confirm", health_changed: false })}>
          {t("confirm-yes")}
        </Button>
        <Button size="lg" wide disabled={working} onClick={() => void answer({ kind: "confirm", health_changed: true })}>
          {t("confirm-health")}
        </Button>
        <Button size="md" variant="ghost" wide disabled={working} onClick={() => void answer({ kind: "not_me" })}>
          {t("confirm-no")}
        </Button>
      </div>
    </>
  );
}

export function Consent() {
  return (
    <Say icon={ShieldCheck} title={t("consent-title")} text={t("consent-text")}>
      <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "consent", given: true })}>
        {t("consent-yes")}
      </Button>
      <Button size="lg" wide onClick={() => void answer({ kind: "consent", given: false })}>
        {t("consent-no")}
      </Button>
    </Say>
  );
}

export function Person() {
  return <Say icon={BellRing} title={t("person-title")} text={t("person-text")} />;
}

export function Elsewhen({ view }: { view: KioskView }) {
  const found = view.greeting;
  return (
    <>
      <Ask title={t("elsewhen-title")} />
      {found && (
        <section class="greeting" id="told-who">
          <p class="greeting-name">{found.name}</p>
          <p class="greeting-day">
            <Icon of={CalendarDays} /> {visitDay(found.start)}
          </p>
          <p class="greeting-time">
            <StartText at={found.start} />
          </p>
          <p class="greeting-what">{named(found)}</p>
        </section>
      )}
      <div class="take-along">
        <QrImage matrix={view.link_qr} label={t("elsewhen-text")} size="13rem" />
        <p>{t("elsewhen-text")}</p>
      </div>
      <div class="choices">
        <WalkInInstead word="elsewhen-today" />
      </div>
    </>
  );
}

export function Over() {
  return (
    <Say icon={CalendarDays} title={t("over-title")} text={t("over-text")}>
      <WalkInInstead word="elsewhen-today" />
    </Say>
  );
}

export function Ask({ title, hint }: { title: string; hint?: string | undefined }) {
  return (
    <div class="ask" aria-live="polite">
      <h1 id="asked">{title}</h1>
      {hint && <p id="told">{hint}</p>}
    </div>
  );
}

/** A sentence instead of a question, and what can be done. */
export function Say({ icon, title, text, children }: { icon: LucideIcon; title: string; text: string; children?: ComponentChildren }) {
  return (
    <>
      <div class="said">
        <span class="said-mark">
          <Icon of={icon} size="3.5rem" />
        </span>
        <h1 id="asked">{title}</h1>
        <p id="told">{text}</p>
      </div>
      <div class="choices">{children}</div>
    </>
  );
}
