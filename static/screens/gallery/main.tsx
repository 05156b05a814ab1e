import { computed, signal } from "@preact/signals";
import { Bell, CalendarPlus, Check, Ellipsis, Play, Settings, Trash2, UserPlus } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { hubNow } from "@client/clock";
import { money, minutes } from "@client/format";
import { addTexts, pick, t } from "@client/i18n";
import type { LiveView, Status } from "@client/live";
import { BrowserVoice, CallQueue } from "@client/sound";
import {
  Button,
  Card,
  Chip,
  Clock,
  ConnectionBadge,
  Countdown,
  Dialog,
  EmptyState,
  ErrorState,
  GlideList,
  grouped,
  IconButton,
  LanguageSwitch,
  NumberPad,
  ProgressRing,
  QrImage,
  SegmentedControl,
  Select,
  Sheet,
  SkeletonLines,
  startPage,
  StateBadge,
  STATE_LOOKS,
  TextArea,
  TextInput,
  TimeText,
  toast,
  type StateKind,
} from "@design";
import "./gallery.css";

addTexts(import.meta.glob("./texts/*/gallery.ftl", { query: "?raw", import: "default", eager: true }));

const names = [
  { zh: "林晓雨", en: "Lin Xiaoyu" },
  { zh: "周静", en: "Zhou Jing" },
  { zh: "陈思远", en: "Chen Siyuan" },
  { zh: "Maria Fernández", en: "Maria Fernández" },
  { zh: "何佳", en: "He Jia" },
];

function Part({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{t(id)}</h2>
      {children}
    </section>
  );
}

function Colours() {
  const grounds = ["paper", "surface", "raised", "sunken", "celadon", "celadon-soft", "glaze", "clay", "clay-soft"];
  const tones = ["ok", "busy", "wait", "alert", "develop", "care", "neutral"];
  return (
    <Part id="part-colours">
      <div class="swatches">
        {grounds.map((name) => (
          <div key={name} class="swatch">
            <span style={{ background: `var(--${name})` }} />
            {name}
          </div>
        ))}
        {tones.map((name) => (
          <div key={name} class="swatch">
            <span style={{ background: `linear-gradient(90deg, var(--${name}) 50%, var(--${name}-soft) 50%)` }} />
            {name}
          </div>
        ))}
      </div>
    </Part>
  );
}

function Type() {
  return (
    <Part id="part-type">
      <p class="sample hero numbers">14:05</p>
      <h1>{t("sample-title")}</h1>
      <p>{t("sample-text")}</p>
      <p class="muted small">{t("sample-small")}</p>
    </Part>
  );
}

function Buttons() {
  return (
    <Part id="part-buttons">
      {(["sm", "md", "lg"] as const).map((size) => (
        <div key={size} class="row wrap">
          <Button size={size} variant="primary" icon={Play}>
            {t("sample-start")}
          </Button>
          <Button size={size} icon={Check}>
            {t("button-done")}
          </Button>
          <Button size={size} variant="danger" icon={Trash2}>
            {t("button-cancel")}
          </Button>
          <Button size={size} variant="ghost">
            {t("button-back")}
          </Button>
          <Button size={size} variant="primary" disabled>
            {t("button-next")}
          </Button>
          <Button size={size} working>
            {t("outbox-sending")}
          </Button>
          <IconButton size={size} of={Settings} label={t("button-more")} />
          <IconButton size={size} of={Ellipsis} label={t("button-more")} variant="quiet" />
        </div>
      ))}
    </Part>
  );
}

function States() {
  return (
    <Part id="part-states">
      {(Object.keys(STATE_LOOKS) as StateKind[]).map((kind) => (
        <div key={kind} class="row wrap tight">
          {Object.keys(STATE_LOOKS[kind]).map((state) => (
            <StateBadge key={state} kind={kind} state={state} />
          ))}
        </div>
      ))}
      <div class="row wrap tight">
        <Chip tone="celadon" loud icon={Bell}>
          {t("color-celadon")} 12
        </Chip>
        <StateBadge kind="visit" state="running_late" loud />
        <Chip>{money(12_800)}</Chip>
        <Chip>{minutes(80)}</Chip>
      </div>
    </Part>
  );
}

function pretended(status: Status): LiveView<unknown> {
  const at = hubNow() - 40 * 60_000;
  return {
    view: signal(undefined),
    status: computed(() => status),
    problem: signal(undefined),
    lastAt: signal(at),
    silentFor: () => 42_000,
    setParams: () => {},
    retry: () => {},
    close: () => {},
  };
}
const connections = (["loading", "live", "stale", "offline", "error"] as const).map(pretended);

function Times() {
  const [start] = useState(() => hubNow() - 22 * 60_000);
  return (
    <Part id="part-times">
      <div class="row wrap loose">
        <span class="hero">
          <Clock seconds />
        </span>
        <TimeText at={start} to={start + 15 * 60_000} />
        <TimeText at={start} withDay />
        <ProgressRing from={start} to={start + 35 * 60_000}>
          <strong class="big">
            <Countdown to={start + 35 * 60_000} />
          </strong>
        </ProgressRing>
        <ProgressRing from={start} to={start + 20 * 60_000}>
          <strong class="big">
            <Countdown to={start + 20 * 60_000} />
          </strong>
        </ProgressRing>
      </div>
      <div class="row wrap">
        {connections.map((live, index) => (
          <ConnectionBadge key={index} live={live} />
        ))}
      </div>
    </Part>
  );
}

function Fields() {
  const [name, setName] = useState("王美丽");
  const [note, setNote] = useState("");
  const [who, setWho] = useState("any");
  const [span, setSpan] = useState<"day" | "week">("day");
  return (
    <Part id="part-fields">
      <div class="two">
        <TextInput label={t("sample-name")} value={name} onValue={setName} hint={t("sample-hint")} />
        <TextInput label={t("sample-phone")} value="138" onValue={() => {}} error={t("sample-wrong")} inputMode="tel" />
        <Select
          label={t("sample-who")}
          value={who}
          onValue={setWho}
          options={[
            { value: "any", label: t("sample-anyone") },
            { value: "lin", label: pick(names[0]!) },
          ]}
        />
        <TextArea label={t("sample-note")} optional value={note} onValue={setNote} />
      </div>
      <div class="row wrap">
        <SegmentedControl
          label={t("sample-span")}
          value={span}
          onValue={setSpan}
          options={[
            { value: "day", label: t("sample-day") },
            { value: "week", label: t("sample-week") },
          ]}
        />
        <LanguageSwitch size="md" />
      </div>
    </Part>
  );
}

function Pad() {
  const [digits, setDigits] = useState("138001");
  return (
    <Part id="part-pad">
      <p class="hero numbers">{grouped(digits) || " "}</p>
      <NumberPad value={digits} onValue={setDigits} maxLength={11} onDone={() => toast(grouped(digits))} complete={digits.length === 11} />
    </Part>
  );
}

function Lists() {
  const [order, setOrder] = useState(names);
  const shuffle = () => setOrder(([first, second, ...rest]) => [second!, ...rest, first!]);
  return (
    <Part id="part-lists">
      <div class="two">
        <Card title={t("sample-queue")} aside={<Button onClick={shuffle}>{t("sample-move")}</Button>} flush>
          <GlideList items={order} keyOf={(item) => item.en}>
            {(item) => (
              <div class="line">
                <span>{pick(item)}</span>
                <span class="push numbers muted">14:05–14:20</span>
              </div>
            )}
          </GlideList>
        </Card>
        <Card title={t("loading")}>
          <SkeletonLines count={4} />
        </Card>
        <Card>
          <EmptyState title={t("sample-empty")} action={{ label: t("sample-book"), onClick: () => {} }} icon={CalendarPlus}>
            {t("sample-empty-text")}
          </EmptyState>
        </Card>
        <Card>
          <ErrorState sentence={t("error-unreachable")} code="unreachable" action={{ label: t("button-retry"), onClick: () => {} }} />
        </Card>
      </div>
    </Part>
  );
}

const voice = new BrowserVoice();
const calls = new CallQueue(voice);
const matrix = Array.from({ length: 25 }, (_, y) => Array.from({ length: 25 }, (_, x) => (x * y + x + (y >> 1)) % 3 === 0));

function Overlays() {
  const [dialog, setDialog] = useState(false);
  const [sheet, setSheet] = useState<"bottom" | "side" | undefined>();
  const say = () =>
    calls.add({
      key: String(Date.now()),
      words: [
        { language: "zh", text: t("sample-call-zh") },
        { language: "en", text: t("sample-call-en") },
      ],
    });
  return (
    <Part id="part-overlays">
      <div class="row wrap">
        <Button onClick={() => setDialog(true)}>{t("sample-dialog")}</Button>
        <Button onClick={() => setSheet("bottom")}>{t("sample-sheet")}</Button>
        <Button onClick={() => setSheet("side")}>{t("sample-side")}</Button>
        <Button onClick={() => toast(t("sample-started"), { undo: () => toast(t("sample-undone")) })}>{t("sample-toast")}</Button>
        <Button onClick={() => toast(t("error-unreachable"), { tone: "alert" })}>{t("sample-alert")}</Button>
        <Button icon={Bell} onClick={say}>
          {t("sound-test")}
        </Button>
        <span class="muted">{t(voice.state.value === "unknown" ? "sound-tap" : `sound-${voice.state.value}`)}</span>
      </div>
      <QrImage matrix={matrix} label={t("sample-qr")} />
      <Dialog
        open={dialog}
        onClose={() => setDialog(false)}
        title={t("sample-dialog-title")}
        actions={
          <>
            <Button onClick={() => setDialog(false)}>{t("button-cancel")}</Button>
            <Button variant="primary" icon={UserPlus} onClick={() => setDialog(false)}>
              {t("sample-book")}
            </Button>
          </>
        }
      >
        <p>{t("sample-text")}</p>
      </Dialog>
      <Sheet open={sheet !== undefined} from={sheet ?? "bottom"} onClose={() => setSheet(undefined)} title={t("sample-dialog-title")}>
        <p>{t("sample-text")}</p>
      </Sheet>
    </Part>
  );
}

function theme(): void {
  const root = document.documentElement;
  const dark = root.dataset["theme"] === "dark";
  root.dataset["theme"] = dark ? "light" : "dark";
}

function Gallery() {
  return (
    <main class="gallery">
      <header class="row">
        <h1>{t("product")}</h1>
        <div class="row push">
          <Button onClick={theme}>{t("sample-theme")}</Button>
          <LanguageSwitch />
        </div>
      </header>
      <Type />
      <Colours />
      <Buttons />
      <States />
      <Times />
      <Fields />
      <Pad />
      <Lists />
      <Overlays />
    </main>
  );
}

startPage(Gallery);
