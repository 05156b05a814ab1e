import {
  Archive,
  BellRing,
  CalendarCheck,
  CalendarPlus,
  Check,
  ChevronRight,
  HandHeart,
  HeartHandshake,
  History,
  Hourglass,
  LayoutDashboard,
  ListChecks,
  LogIn,
  type LucideIcon,
  MonitorSmartphone,
  NotebookText,
  QrCode,
  ScanLine,
  ShieldCheck,
  ScrollText,
  Tv,
  UserRoundCog,
  UsersRound,
  WholeWord,
} from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { hubNow } from "@client/clock";
import { openView } from "@client/connection";
import { fullDate, listed } from "@client/format";
import { language, pick, t } from "@client/i18n";
import { onSignedOut } from "@client/session";
import { Button, Chip, Clock, ConnectionBadge, Icon, LanguageSwitch, LiveArea, SignOut, Skeleton } from "@design";
import "./home.css";

type View = ViewOf<"home">;
type Entry = View["entries"][number];
type Step = View["first_steps"][number];

// Strangers have a start page too: whoever is signed out stays here.
onSignedOut(() => location.reload());
const live = openView("home");

const ICONS: Record<string, LucideIcon> = {
  desk: LayoutDashboard,
  technician: HandHeart,
  "waiting-room": Tv,
  kiosk: ScanLine,
  book: CalendarPlus,
  "my-visits": CalendarCheck,
  devices: MonitorSmartphone,
  team: HeartHandshake,
  catalog: NotebookText,
  wording: WholeWord,
  staff: UsersRound,
  roles: ListChecks,
  privacy: ShieldCheck,
  audit: ScrollText,
  lengths: Hourglass,
  "look-back": History,
  backups: Archive,
  alarms: BellRing,
  me: UserRoundCog,
};
const GROUPS = ["floor", "customers", "office"] as const;

export function Home() {
  useEffect(() => {
    document.title = t("home-title");
  }, [language.value]);
  return (
    <div class="home">
      <LiveArea live={live} skeleton={<Loading />}>
        {(view) => <Page view={view} />}
      </LiveArea>
    </div>
  );
}

function Page({ view }: { view: View }) {
  return (
    <>
      <header class="home-bar">
        <p class="home-salon">{pick(view.store.name)}</p>
        <div class="row push">
          <ConnectionBadge live={live} dot />
          <LanguageSwitch />
          {view.who?.kind === "staff" ? <SignOut small /> : <SignIn quiet={view.who !== null} />}
        </div>
      </header>
      <section class="home-hero">
        <div>
          <h1>{greeting(view)}</h1>
          <p class="home-sub">{view.who ? roles(view.who.roles) : t("home-welcome-text")}</p>
        </div>
        <div class="home-time">
          <Clock />
          <p>{fullDate(hubNow())}</p>
        </div>
      </section>
      <main>
        {view.first_steps.length > 0 && <FirstSteps steps={view.first_steps} />}
        {view.glance && <Desk glance={view.glance} />}
        {GROUPS.map((group) => (
          <Group key={group} title={t(`home-group-${group}`)} entries={view.entries.filter((each: Entry) => each.group === group && !(view.glance && each.screen === "desk"))} />
        ))}
        {!view.who && <Unpaired />}
      </main>
    </>
  );
}

/** What a new shop still lacks, in order; the next one leads there. */
function FirstSteps({ steps }: { steps: View["first_steps"] }) {
  const next = steps.find((each: Step) => !each.done);
  return (
    <section class="home-first">
      <h2>{t("home-first-title")}</h2>
      <p class="muted">{t("home-first-text")}</p>
      <ol>
        {steps.map((each: Step, number: number) => (
          <li key={each.step} class={each.done ? "done" : each === next ? "next" : ""}>
            <a href={each.path}>
              <span class="home-first-mark">{each.done ? <Icon of={Check} label={t("home-first-done")} /> : number + 1}</span>
              <span class="home-words">
                <strong>{t(`home-first-${each.step}`)}</strong>
                <span class="home-for">{t(`home-first-${each.step}-for`)}</span>
              </span>
              <Icon of={ChevronRight} size="1.25rem" />
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function greeting(view: View): string {
  if (!view.who) return t("home-welcome");
  if (view.who.kind === "staff") return t("home-greeting", { name: view.who.name });
  return view.who.name || roles(view.who.roles);
}

function roles(names: readonly string[]): string {
  return listed(names.map((name) => t(`role-${name}`)));
}

function Group({ title, entries }: { title: string; entries: Entry[] }) {
  if (!entries.length) return null;
  return (
    <section class="home-group">
      <h2>{title}</h2>
      <ul class="home-tiles">
        {entries.map((entry) => (
          <li key={entry.screen}>
            <a class={`home-tile ${entry.group}`} href={entry.path}>
              <span class="home-mark">
                <Icon of={ICONS[entry.screen] ?? LayoutDashboard} size="1.75rem" />
              </span>
              <span class="home-words">
                <span class="home-name">{t(`home-${entry.screen}`)}</span>
                <span class="home-for">{t(`home-${entry.screen}-for`)}</span>
                {entry.waiting ? <Chip tone="wait">{t(`home-${entry.screen}-waiting`, { count: entry.waiting })}</Chip> : null}
              </span>
              <Icon of={ChevronRight} size="1.25rem" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const FIGURES = ["to_come", "waiting", "in_service", "served", "needs_a_hand"] as const;

/** The front desk's own tile: the floor in a few figures, and the way there. */
function Desk({ glance }: { glance: NonNullable<View["glance"]> }) {
  return (
    <a class="home-desk" href="/desk">
      <span class="home-desk-head">
        <span class="home-mark">
          <Icon of={LayoutDashboard} size="1.75rem" />
        </span>
        <span class="home-words">
          <span class="home-name">{t("home-desk")}</span>
          <span class="home-for">{t("home-desk-for")}</span>
        </span>
        <Icon of={ChevronRight} size="1.25rem" />
      </span>
      <span class="home-figures">
        {FIGURES.map((name) => (
          <span key={name} class={name === "needs_a_hand" && glance[name] > 0 ? "home-figure hand" : "home-figure"}>
            <span class="home-count">{glance[name]}</span>
            <span>{t(`home-figure-${name}`)}</span>
          </span>
        ))}
      </span>
    </a>
  );
}

function SignIn({ quiet }: { quiet: boolean }) {
  return (
    <Button variant={quiet ? "quiet" : "primary"} icon={LogIn} onClick={() => location.assign("/sign-in")}>
      {t("home-sign-in")}
    </Button>
  );
}

function Unpaired() {
  return (
    <p class="home-pair">
      <Icon of={QrCode} size="1.25rem" />
      <a href="/sign-in?mode=pair">{t("home-pair")}</a>
    </p>
  );
}

function Loading() {
  return (
    <div class="home-loading" role="status" aria-label={t("loading")}>
      <Skeleton width="14rem" height="2.5rem" />
      <div class="home-tiles">
        {[0, 1, 2, 3].map((n) => (
          <Skeleton key={n} height="7rem" />
        ))}
      </div>
    </div>
  );
}
