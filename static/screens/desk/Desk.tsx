import { useEffect, useLayoutEffect } from "preact/hooks";
import { language } from "@client/i18n";
import { LiveArea, Skeleton } from "@design";
import { Attention } from "./Attention";
import { bookings, date, live, selected } from "./desk_state";
import { useLater } from "@client/later";
import { listenToKeys } from "./keys";
import { Queue } from "./Queue";
import { Timeline } from "./timeline/Timeline";
import { Tools } from "./Tools";
import { TopBar } from "./TopBar";
import type { View } from "./types";
import { t } from "./words";
import "./side.css";
import "./desk.css";

export function Desk() {
  useEffect(() => {
    document.title = t("title");
  }, [language.value]);
  useLayoutEffect(listenToKeys, []);
  return (
    <div class="desk">
      <LiveArea live={live} skeleton={<Loading />}>
        {(view) => <Day view={view} />}
      </LiveArea>
    </div>
  );
}

function Day({ view }: { view: View }) {
  const booking = selected.value ? bookings.value.get(selected.value) : undefined;
  const panel = useLater(() => import("./panel/Panel"));
  const going = (date.value ?? view.today) !== view.date;
  return (
    <>
      <TopBar view={view} />
      <div class={["desk-body", booking && "with-panel", going && "going"].filter(Boolean).join(" ")} aria-busy={going}>
        <aside class="desk-side" data-once>
          <Attention view={view} />
          <Queue view={view} />
          <Waiting />
        </aside>
        <main class="desk-stage">
          <Tools view={view} />
          {view.empty ? <Empty view={view} /> : <Timeline view={view} />}
        </main>
        {booking && (panel ? <panel.Panel key={booking.id} booking={booking} view={view} /> : <aside class="panel" />)}
      </div>
      <Later view={view} />
    </>
  );
}

/** Dialogs come after the first picture: nobody books in the first half second. */
function Later({ view }: { view: View }) {
  const later = useLater(() => import("./Dialogs"));
  return later ? <later.Dialogs view={view} /> : null;
}

/** Who waits for a time comes after the first picture too. */
function Waiting() {
  const later = useLater(() => import("./Waitlist"));
  return later ? <later.Waitlist /> : null;
}

function Empty({ view }: { view: View }) {
  const later = useLater(() => import("./Nothing"));
  return later ? <later.Nothing view={view} /> : null;
}

function Loading() {
  return (
    <div class="desk-loading" role="status" aria-label={t("loading")}>
      <Skeleton height="3.5rem" />
      <div class="desk-loading-body">
        <Lanes />
        <Lanes />
      </div>
    </div>
  );
}

function Lanes() {
  return (
    <div class="desk-loading-lanes">
      {[92, 78, 96, 84, 70, 90, 74, 88].map((percent) => (
        <Skeleton key={percent} height="100%" width={`${percent}%`} />
      ))}
    </div>
  );
}
