import { AddService } from "./dialogs/AddService";
import { CancelBooking, Change } from "./dialogs/Small";
import { BookDialog } from "./dialogs/BookDialog";
import { SignDialog, WaiveDialog } from "./dialogs/FormDialogs";
import { Keys } from "./dialogs/Keys";
import { Move } from "./dialogs/Move";
import { RecordDialog } from "./dialogs/RecordDialog";
import { Search } from "./dialogs/Search";
import { WaysDialog } from "./dialogs/WaysDialog";
import { WhyNot } from "./dialogs/WhyNot";
import { useLater } from "@client/later";
import { bookings, open } from "./desk_state";
import type { Booking, View } from "./types";

function Talk({ booking }: { booking: Booking }) {
  const later = useLater(() => import("./dialogs/TalkDialog"));
  return later ? <later.TalkDialog booking={booking} /> : null;
}

/** The one dialog that is open. */
export function Dialogs({ view }: { view: View }) {
  const now = open.value;
  if (!now) return null;
  if (now.what === "booking") return <BookDialog draft={now.draft} view={view} />;
  if (now.what === "search") return <Search view={view} />;
  if (now.what === "keys") return <Keys />;
  if (now.what === "record") return <RecordDialog booking={now.booking} />;
  if (now.what === "ways") return <WaysDialog asking={now.asking} />;
  const booking = bookings.value.get(now.booking);
  if (!booking) return null;
  if (now.what === "sign") return <SignDialog booking={booking} form={now.form} />;
  if (now.what === "waive") return <WaiveDialog booking={booking} form={now.form} />;
  if (now.what === "talk") return <Talk booking={booking} />;
  if (now.what === "add") return <AddService booking={booking} />;
  if (now.what === "cancel") return <CancelBooking booking={booking} />;
  const item = booking.items.find((each: (typeof booking.items)[number]) => each.id === now.item);
  if (!item) return null;
  if (now.what === "change") return <Change booking={booking} item={item} of={now.of} view={view} />;
  if (now.what === "why_not") return <WhyNot key={now.item} wanted={now} booking={booking} item={item} view={view} />;
  return <Move key={now.item} wanted={now} booking={booking} item={item} view={view} />;
}
