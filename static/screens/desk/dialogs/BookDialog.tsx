import { Hourglass } from "lucide-preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { openView } from "@client/connection";
import { time, visitDayAndTime } from "@client/format";
import { Button, Sheet, TextArea, toast } from "@design";
import { act } from "../act";
import { type BookingDraft, date as lookedAt, offers, open, selected, setDate, show } from "../desk_state";
import { useWhatIf, type Wanted, type Way, whatIfPath } from "../asking";
import { nameOf } from "../names";
import { takeWay } from "../take_way";
import type { Booking, Item, Slot, View } from "../types";
import { CustomerChoice, type Person } from "./CustomerChoice";
import { Services, type Wish } from "./Services";
import { shut, shutter } from "./Small";
import { Ways } from "../WhatIf";
import { Slots } from "./Slots";
import { t } from "../words";
import "./dialogs.css";

/** Booking, walk-in, and another time for a booking: what, when among the really free starts, who. */
export function BookDialog({ draft, view }: { draft: BookingDraft; view: View }) {
  const { kind } = draft;
  const [wishes, setWishes] = useState<Wish[]>(() => wishesOf(draft));
  const [date, setDay] = useState<string>(() => (kind === "walk_in" ? view.today : view.date < view.today ? view.today : view.date));
  const [start, setStart] = useState<string | undefined>(undefined);
  const [person, setPerson] = useState<Person>({});
  const [note, setNote] = useState("");
  const [isSending, setSending] = useState(false);
  const slots = useSlots(kind === "walk_in" ? [] : wishes, date);
  const wanted: Wanted | undefined = kind === "walk_in" && wishes.length ? { kind: "walk_in", wishes: written(wishes) } : undefined;
  const asked = useWhatIf(wanted);
  // Before it can be sent with the time of the old wishes.
  useLayoutEffect(() => setStart(undefined), [JSON.stringify(wishes), date]);
  const free = slots?.view.value?.slots;
  useLayoutEffect(() => {
    if (draft.at && free && start === undefined) setStart(near(free, draft.at));
  }, [free]);
  // A number alone would be kept nowhere.
  const needsPerson = (kind === "book" || !!person.phone?.trim()) && !person.customer_id && !person.name?.trim();
  const ready = wishes.length > 0 && (kind === "walk_in" || start !== undefined) && !needsPerson;

  const submit = async (way: Way | null | undefined = asked?.answer?.asked) => {
    setSending(true);
    const close = shutter();
    const answer = await (kind === "walk_in" ? walkIn(wishes, person, wanted && way ? { way, path: whatIfPath(wanted, true) } : undefined) : kind === "rebook" ? rebook(draft.booking!, wishes, start!) : book(wishes, start!, person, note));
    setSending(false);
    if (!answer) return;
    if (kind === "walk_in") sayCode(answer as Arrived);
    if (!close()) return;
    const id = (answer as { booking_id?: string }).booking_id ?? draft.booking?.id;
    if (kind !== "walk_in" && date !== (lookedAt.value ?? view.today)) setDate(date);
    const before = selected.peek();
    const leftAlone = () => open.peek() === undefined && selected.peek() === before;
    if (id) setTimeout(() => leftAlone() && show(id), 400);
  };

  const wait = async () => {
    setSending(true);
    const data = { services: services(wishes), date_from: date, date_to: date, ...given(person) };
    const close = shutter();
    const answer = await act("waitlist.add", data, { did: "waitlist-did-add", args: { name: called(person) } });
    setSending(false);
    if (answer) close();
  };

  const title = kind === "walk_in" ? t("walk-in-title") : kind === "rebook" ? t("rebook-title", { name: nameOf(draft.booking!) }) : t("book-title");
  return (
    <Sheet
      from="side"
      open
      onClose={shut}
      title={title}
      actions={
        <>
          <Button onClick={shut}>{t("button-cancel")}</Button>
          {kind === "book" && slots?.view.value?.slots.length === 0 && !needsPerson && (
            <Button icon={Hourglass} working={isSending} onClick={() => void wait()}>
              {t("waitlist-add")}
            </Button>
          )}
          <Button variant="primary" disabled={!ready} working={isSending} onClick={() => void submit()}>
            {kind === "walk_in" ? t("walk-in-confirm") : start ? t("book-confirm", { at: visitDayAndTime(start) }) : t("book-choose-time")}
          </Button>
        </>
      }
    >
      <div class="book">
        <section>
          <h3>{t("book-what")}</h3>
          <Services wishes={wishes} onWishes={setWishes} offers={offers.view.value} technician={draft.technician} />
        </section>
        <section>
          <h3>{kind === "walk_in" ? t("walk-in-when") : t("book-when")}</h3>
          {kind !== "walk_in" ? (
            <Slots live={slots} date={date} today={view.today} start={start} onDate={setDay} onStart={setStart} />
          ) : wanted ? (
            <Ways asked={asked} title={(way) => t(way.moves.length ? "way-as-asked" : "way-quiet")} onTake={(way) => void submit(way)} working={isSending} />
          ) : (
            <p class="muted">{t("slots-first-service")}</p>
          )}
        </section>
        {kind !== "rebook" && (
          <section>
            <h3>
              {t("book-who")}
              {kind === "walk_in" && <span class="muted small"> · {t("field-optional")}</span>}
            </h3>
            <CustomerChoice person={person} onPerson={setPerson} />
          </section>
        )}
        {kind === "book" && <TextArea label={t("book-note")} optional value={note} onValue={setNote} maxLength={2000} rows={2} />}
      </div>
    </Sheet>
  );
}

/** The first free start from then on, where one is near: whoever tapped on idle time wants that and no other. */
function near(free: Slot[], at: number): string | undefined {
  return free.find((slot) => Date.parse(slot.start) >= at && Date.parse(slot.start) - at <= NEAR_MS)?.start;
}

const NEAR_MS = 30 * 60_000;

interface Arrived {
  code_color: string;
  code_number: number;
  promise: { start: string; end: string; odds: number } | null;
}

function sayCode(arrived: Arrived): void {
  const code = `${t(`color-${arrived.code_color}`)} ${arrived.code_number}`;
  const text = arrived.promise
    ? t("walk-in-code", { code, from: time(arrived.promise.start), to: time(arrived.promise.end) })
    : t("walk-in-no-room", { code });
  toast(text, { seconds: 12 });
}

function wishesOf(draft: BookingDraft): Wish[] {
  if (!draft.booking) return [];
  return (draft.booking.items as Item[]).map((item) => ({
    service_id: item.service_id,
    requested: item.requested,
    technician_id: item.requested_technician_id,
  }));
}

function written(wishes: Wish[]): string {
  return wishes.map((wish) => `${wish.service_id}~${wish.requested}~${wish.technician_id ?? ""}`).join(",");
}

/** The free starts for the wishes, live: somebody else's booking takes its slot away while one still looks. */
function useSlots(wishes: Wish[], date: string) {
  const key = written(wishes);
  const slots = useMemo(() => (key ? openView("desk-slots", { wishes: key, date }) : undefined), [key, date]);
  useEffect(() => () => slots?.close(), [slots]);
  return slots;
}

function services(wishes: Wish[]): Record<string, unknown>[] {
  return wishes.map((wish) => ({
    service_id: wish.service_id,
    requested: wish.requested,
    ...(wish.technician_id ? { technician_id: wish.technician_id } : {}),
  }));
}

function given(person: Person): Record<string, unknown> {
  if (person.customer_id) return { customer_id: person.customer_id };
  if (!person.name?.trim()) return {};
  const phone = person.phone?.trim();
  return { customer: { name: person.name.trim(), title: person.title ?? "none", ...(phone ? { phone } : {}) } };
}

function called(person: Person): string {
  return person.name?.trim() || t("guest");
}

function book(wishes: Wish[], start: string, person: Person, note: string): Promise<unknown> {
  const data = { services: services(wishes), start, note: note.trim(), source: "desk", ...given(person) };
  return act("bookings.book", data, { did: "did-book", args: { name: called(person), at: visitDayAndTime(start) } });
}

/** Without a way that was shown the hub finds the earliest start by itself. */
function walkIn(wishes: Wish[], person: Person, shown?: { way: Way; path: string }): Promise<unknown> {
  const done = { did: "did-walk-in", args: { name: called(person) } };
  if (!shown) return act("visits.walk_in", { services: services(wishes), ...given(person) }, done);
  return takeWay(shown.way, { path: shown.path, done, command: "planning.accept_walk_in", more: given(person) });
}

function rebook(booking: Booking, wishes: Wish[], start: string): Promise<unknown> {
  const same = JSON.stringify(wishes) === JSON.stringify(wishesOf({ kind: "rebook", booking }));
  const data = { booking_id: booking.id, start, ...(same ? {} : { services: services(wishes) }) };
  return act("bookings.move", data, { did: "did-rebook", args: { name: nameOf(booking), at: visitDayAndTime(start) } });
}

