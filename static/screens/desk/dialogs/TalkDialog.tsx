import { useEffect, useMemo } from "preact/hooks";
import { openView } from "@client/connection";
import { Consultation, type Told } from "@design/Consultation";
import { Dialog, LiveArea, SkeletonLines } from "@design";
import { act } from "../act";
import { nameOf } from "../names";
import type { Booking } from "../types";
import { t } from "../words";
import { shut } from "./Small";

/** What is known of the customer, and what they say today. */
export function TalkDialog({ booking }: { booking: Booking }) {
  const live = useMemo(() => openView("desk-consultation", { booking_id: booking.id }), [booking.id]);
  useEffect(() => () => live.close(), [live]);
  const keep = ({ allergy, ...said }: Told) => {
    const name = nameOf(booking);
    shut();
    if (said.skin_type || said.preferences || said.note) {
      void act("visits.record_consultation", { booking_id: booking.id, ...said }, { did: "did-talk", args: { name } });
    }
    if (allergy) void act("visits.note_allergy", { booking_id: booking.id, allergy, agreed: true }, { did: "did-allergy", args: { name } });
  };
  return (
    <Dialog open onClose={shut} title={t("talk-title", { name: nameOf(booking) })}>
      <LiveArea live={live} skeleton={<SkeletonLines count={4} />}>
        {(view) => <Consultation known={view.known} onKeep={keep} />}
      </LiveArea>
    </Dialog>
  );
}
