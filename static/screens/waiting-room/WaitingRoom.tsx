import { ArrowRight, Armchair, CloudOff, Volume2, VolumeX } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { hubNow } from "@client/clock";
import { connection } from "@client/connection";
import { day } from "@client/format";
import { language, pick, t, textIn } from "@client/i18n";
import { localeTag, other, setLanguage } from "@client/language";
import { Clock, ConnectionBadge, GlideList, Icon, Skeleton, TimeText } from "@design";
import { Caller } from "./calls";
import { Code } from "./Code";
import "./waiting-room.css";

type View = ViewOf<"waiting-room">;
type Call = View["calling"][number];
type Waiting = View["queue"][number];

/** What fits without scrolling; more goes to further pages, each long enough to be read. */
const CALLS_PER_PAGE = 3;
const ROWS_PER_PAGE = 7;
const PAGE_MS = 9_000;
const ASK_AGAIN_MS = 15_000;

const live = connection.watch<View>("waiting-room");
const caller = new Caller();
void caller.voice.unlock();

function usePage(total: number, perPage: number): number {
  const pages = Math.max(1, Math.ceil(total / perPage));
  const [page, setPage] = useState(0);
  useEffect(() => {
    if (pages === 1) return undefined;
    const timer = setInterval(() => setPage((now) => now + 1), PAGE_MS);
    return () => clearInterval(timer);
  }, [pages]);
  return page % pages;
}

export function WaitingRoom() {
  const view = live.view.value;
  useEffect(() => {
    if (view) caller.show(view);
  }, [view]);
  const cutOff = live.status.value === "offline";
  useEffect(() => {
    caller.cutOff = cutOff;
  }, [cutOff]);
  useEffect(() => {
    document.title = t("waiting-room-title");
  }, [language.value]);
  return (
    <div class="room">
      {view ? <Room view={view} /> : <Nothing />}
    </div>
  );
}

/** Nothing to show yet, or a reason why not. Nobody stands here with a mouse, and everybody reads along: it asks again by itself,
 *  and says in both languages what guests do meanwhile. */
function Nothing() {
  const problem = live.problem.value;
  const code = problem?.code ?? (live.status.value === "offline" ? "unreachable" : undefined);
  const [said, setSaid] = useState<string>();
  // While it asks again the reason stands.
  if (code !== undefined && code !== said) setSaid(code);
  const away = code ?? said;
  useEffect(() => {
    if (away === undefined) return undefined;
    const timer = setInterval(() => live.retry(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [away]);
  if (away === undefined) return <Loading />;
  const spoken = [language.value, other(language.value)] as const;
  return (
    <main class="room-away" role="alert">
      <Icon of={CloudOff} size="3.2rem" />
      {spoken.map((each) => (
        <div key={each} lang={localeTag(each)}>
          <p class="calm-title">{textIn(each, "room-away-title")}</p>
          <p class="calm-text">{textIn(each, "room-away-text")}</p>
        </div>
      ))}
      <p class="room-away-code">{t("error-code", { code: away })}</p>
    </main>
  );
}

function Room({ view }: { view: View }) {
  return (
    <>
      <header class="room-head">
        <p class="room-name">{pick(view.store.name)}</p>
        <p class="room-date">{day(hubNow())}</p>
        <Clock />
      </header>
      <main class="room-main">
        <Calling calls={view.calling} />
        <Queue queue={view.queue} />
      </main>
      <footer class="room-foot">
        <Recent calls={view.recent} />
        <Corner />
      </footer>
    </>
  );
}

function Calling({ calls }: { calls: Call[] }) {
  const turned = usePage(calls.length, CALLS_PER_PAGE);
  const said = calls.findIndex((call) => call.visit_id === caller.flashing.value);
  const page = said < 0 ? turned : Math.floor(said / CALLS_PER_PAGE); // who is called aloud is in sight
  const shown = calls.slice(page * CALLS_PER_PAGE, (page + 1) * CALLS_PER_PAGE);
  return (
    <section class={`calling count-${shown.length}`} aria-live="assertive" aria-label={t("calling-title")}>
      <h1 class={shown.length ? "" : "unseen"}>{t("calling-title")}</h1>
      {shown.length === 0 && (
        <div class="calm">
          <Icon of={Armchair} size="3.2rem" />
          <p class="calm-title">{t("calling-none")}</p>
          <p class="calm-text">{t("calling-none-hint")}</p>
        </div>
      )}
      {shown.map((call) => (
        <article key={call.visit_id} class={caller.flashing.value === call.visit_id ? "call flashing" : "call"}>
          <Code guest={call} />
          <p class="call-place">
            <Icon of={ArrowRight} size="0.8em" />
            <span>{call.place ? pick(call.place) : t("place-desk")}</span>
          </p>
        </article>
      ))}
    </section>
  );
}

function Queue({ queue }: { queue: Waiting[] }) {
  const page = usePage(queue.length, ROWS_PER_PAGE);
  const pages = Math.ceil(queue.length / ROWS_PER_PAGE);
  const shown = queue.slice(page * ROWS_PER_PAGE, (page + 1) * ROWS_PER_PAGE);
  return (
    <aside class="queue" aria-label={t("queue-title")}>
      <h2>
        {t("queue-title")}
        {pages > 1 && <span class="queue-page">{t("queue-page", { page: page + 1, pages })}</span>}
      </h2>
      {queue.length === 0 ? (
        <p class="queue-none">{t("queue-none")}</p>
      ) : (
        <GlideList items={shown} keyOf={(each) => each.visit_id} class="queue-rows">
          {(each) => <Row guest={each} />}
        </GlideList>
      )}
    </aside>
  );
}

function Row({ guest }: { guest: Waiting }) {
  return (
    <div class={`queue-row ${guest.state}`}>
      <Code guest={guest} />
      <span class="queue-when">
        {guest.state === "paused" && t("queue-paused")}
        {guest.state === "soon" && <strong>{t("queue-soon")}</strong>}
        {guest.state === "waiting" && guest.window_start && (
          <TimeText at={guest.window_start} {...(guest.window_end ? { to: guest.window_end } : {})} />
        )}
        {guest.state === "waiting" && !guest.window_start && t("queue-unplanned")}
      </span>
    </div>
  );
}

function Recent({ calls }: { calls: Call[] }) {
  if (!calls.length) return <p class="recent-none">{t("recent-none")}</p>;
  return (
    <ul class="recent" aria-label={t("recent-title")}>
      {calls.slice(0, 3).map((call) => (
        <li key={call.visit_id}>
          <Code guest={call} />
          <span class="recent-place">{call.place ? pick(call.place) : t("place-desk")}</span>
        </li>
      ))}
    </ul>
  );
}

/** Sound, language and heartbeat: for the staff, in the corner. */
function Corner() {
  const sound = caller.voice.state.value;
  const tongue = other(language.value);
  return (
    <div class="corner">
      {sound === "off" ? (
        <button class="sound off" onClick={() => void testSound()}>
          <Icon of={VolumeX} size="1.2em" />
          {t("sound-off-tap")}
        </button>
      ) : (
        <button class="sound" aria-label={t("sound-test")} onClick={() => void testSound()}>
          <Icon of={Volume2} size="1.2em" />
        </button>
      )}
      <button class="tongue" onClick={() => setLanguage(tongue)}>
        {t(`language-${tongue}`)}
      </button>
      <ConnectionBadge live={live} dot />
    </div>
  );
}

async function testSound(): Promise<void> {
  if ((await caller.voice.unlock()) === "on") await caller.voice.chime();
}

function Loading() {
  return (
    <div class="room-loading" role="status" aria-label={t("loading")}>
      <Skeleton width="16rem" height="1.4rem" />
      <Skeleton width="26rem" height="6rem" />
      <Skeleton width="20rem" height="3rem" />
    </div>
  );
}
