import { CalendarClock, ChevronLeft, ChevronRight, Clock3, Trash2 } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { connection } from "@client/connection";
import { send, type DoorError } from "@client/door";
import { businessDate, day as dayName, nextDay, noon, time } from "@client/format";
import { pick, t } from "@client/i18n";
import { newId } from "@client/ids";
import { useOpened } from "@client/opened";
import type { ViewOf } from "@client/api";
import type { LiveView } from "@client/live";
import { Button, Callout, EmptyState, LiveArea, Sheet, SkeletonLines, toast } from "@design";
import { showChosen } from "@design/chosen_day";
import { justBooked, type VisitView } from "./state";

type SlotsView = ViewOf<"slots">;
type Open = "late" | "move" | "cancel";

const LATE_CANCEL_MS = 2 * 3_600_000;

export function Changes({ view }: { view: VisitView }) {
  const { what: open, open: setOpen, shut: close } = useOpened<Open>();
  if (!view.late_choices.length && !view.can_move && !view.can_cancel) return null;
  return (
    <>
      <div class="changes">
        {view.late_choices.length > 0 && (
          <Button icon={Clock3} size="md" onClick={() => setOpen("late")}>
            {t("change-late")}
          </Button>
        )}
        {view.can_move && (
          <Button icon={CalendarClock} size="md" onClick={() => setOpen("move")}>
            {t("change-move")}
          </Button>
        )}
        {view.can_cancel && (
          <Button icon={Trash2} size="md" variant="ghost" onClick={() => setOpen("cancel")}>
            {t("change-cancel")}
          </Button>
        )}
      </div>
      <Sheet open={open === "late"} onClose={close} title={t("late-title")}>
        <Late view={view} done={close} />
      </Sheet>
      <Sheet open={open === "move"} onClose={close} title={t("move-title")}>
        <Move view={view} done={close} />
      </Sheet>
      <Sheet open={open === "cancel"} onClose={close} title={t("cancel-title")}>
        <Cancel view={view} done={close} />
      </Sheet>
    </>
  );
}

interface Part {
  view: VisitView;
  done: () => void;
}

/** Do one thing at a time, with one id however often it is tapped, and say how it ended. */
function useDoing(done: () => void) {
  const [busy, setBusy] = useState<string>();
  const act = async (what: string, doIt: (id: string) => Promise<unknown>, said: string) => {
    setBusy(what);
    try {
      await doIt(newId());
      justBooked.value = false;
      done();
      toast(said);
    } catch (error) {
      toast((error as DoorError).message, { tone: "alert" });
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, act };
}

function Late({ view, done }: Part) {
  const { busy, act } = useDoing(done);
  const tell = (minutes: number) => {
    const at = Date.parse(view.booked_start) + minutes * 60_000;
    const report = (id: string) => send("visits.report_late", { booking_id: view.booking_id, minutes }, { id });
    return act(String(minutes), report, t("late-told", { at }));
  };
  return (
    <div class="late">
      {view.late_choices.map((minutes) => (
        <Button key={minutes} size="md" working={busy === String(minutes)} disabled={busy !== undefined} onClick={() => void tell(minutes)}>
          {t("late-minutes", { minutes })}
        </Button>
      ))}
    </div>
  );
}

function Cancel({ view, done }: Part) {
  const { busy, act } = useDoing(done);
  const near = Date.parse(view.booked_start) - Date.parse(view.now) < LATE_CANCEL_MS;
  const cancel = (id: string) => send("bookings.cancel", { booking_id: view.booking_id, reason: "customer_asked" }, { id });
  return (
    <div class="cancel">
      <p>{t("cancel-text", { at: view.booked_start })}</p>
      {near && <Callout>{t("cancel-late")}</Callout>}
      <Button variant="primary" size="md" wide onClick={done}>
        {t("cancel-keep")}
      </Button>
      <Button variant="danger" size="md" wide working={busy !== undefined} onClick={() => void act("cancel", cancel, t("cancel-done"))}>
        {t("cancel-yes")}
      </Button>
    </div>
  );
}

const STRIP_DAYS = 14;
const DAY_MS = 86_400_000;

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** From today on, or from the week before a booking that lies further ahead; and on to other days from there. */
function Move({ view, done }: Part) {
  const today = businessDate(view.now);
  const booked = businessDate(view.booked_start);
  const [first, setFirst] = useState(booked < shifted(today, STRIP_DAYS) ? today : shifted(booked, -STRIP_DAYS / 2));
  const [live, setLive] = useState<LiveView<SlotsView>>();
  const wishes = view.services.map((each) => [each.service_id, each.requested, each.requested_technician_id ?? ""].join("~")).join();
  useEffect(() => {
    const watched = connection.watch<SlotsView>("slots", { services: wishes, date_from: first, days: STRIP_DAYS, moving: true });
    setLive(watched);
    return () => watched.close();
  }, [wishes, first]);
  if (!live) return null;
  return (
    <>
      <div class="row">
        {first > today && (
          <Button variant="ghost" icon={ChevronLeft} onClick={() => setFirst(shifted(first, -STRIP_DAYS))}>
            {t("move-earlier")}
          </Button>
        )}
        <Button variant="ghost" icon={ChevronRight} class="push" onClick={() => setFirst(shifted(first, STRIP_DAYS))}>
          {t("move-later")}
        </Button>
      </div>
      <LiveArea live={live} skeleton={<SkeletonLines count={5} height="2.5rem" />}>
        {(slots) => <Slots slots={slots} view={view} done={done} />}
      </LiveArea>
    </>
  );
}

function Slots({ slots, view, done }: Part & { slots: SlotsView }) {
  const [chosen, setChosen] = useState<string>(businessDate(view.booked_start));
  const { busy, act } = useDoing(done);
  const shown = slots.days.find((each) => each.date === chosen) ?? slots.days.find((each) => each.starts.length) ?? slots.days[0];
  const move = (start: string) =>
    act(
      start,
      (id) => send("bookings.move", { booking_id: view.booking_id, start, services: null }, { id }),
      t("move-done", { at: start }),
    );
  const next = slots.days.find((each) => shown && each.date > shown.date && each.starts.length);
  return (
    <>
      <div class="days" role="tablist" aria-label={t("visit-day-label")}>
        {slots.days.map((each) => (
          <button
            key={each.date}
            type="button"
            role="tab"
            ref={each === shown ? showChosen : null}
            aria-selected={each === shown}
            class={["day", each === shown && "chosen", !each.starts.length && "full"].filter(Boolean).join(" ")}
            onClick={() => setChosen(each.date)}
          >
            <span class="day-name">{dayName(noon(each.date))}</span>
            <span class="day-room">
              {each.opens === null ? t("move-closed") : each.starts.length ? t("move-free", { count: each.starts.length }) : t(each.staffed ? "move-full" : "move-unstaffed")}
            </span>
          </button>
        ))}
      </div>
      {shown?.peak_opens && <Callout tone="clay" class="move-peak small">{t("move-peak-opens", { at: shown.peak_opens })}</Callout>}
      {shown?.starts.length ? (
        <div class="start-grid">
          {shown.starts.map((slot) => (
            <button
              key={slot.start}
              type="button"
              class="start"
              disabled={busy !== undefined}
              aria-busy={busy === slot.start}
              onClick={() => void move(slot.start)}
            >
              {time(slot.start)}
              {nextDay(slot.start) && <small>{nextDay(slot.start)}</small>}
            </button>
          ))}
        </div>
      ) : (
        <EmptyState
          title={shown?.why ? pick(shown.why) : t("move-empty")}
          {...(next && {
            action: { label: t("move-next", { day: dayName(noon(next.date)) }), onClick: () => setChosen(next.date) },
          })}
        />
      )}
    </>
  );
}
