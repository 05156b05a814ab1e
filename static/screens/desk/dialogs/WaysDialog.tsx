import { HeartPulse, DoorClosed, ClockAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, Sheet } from "@design";
import { act } from "../act";
import { useThorough, type Wanted, type Way, whatIfPath } from "../asking";
import type { Asking } from "../desk_state";
import { takeWay } from "../take_way";
import { Ways } from "../WhatIf";
import { shut, shutter } from "./Small";
import { t } from "../words";

const ICONS = { sick: HeartPulse, closed: DoorClosed, late: ClockAlert } as const;

/** The repaired day before somebody is sick, late, or a place is closed, and other ways to bear it. */
export function WaysDialog({ asking }: { asking: Asking }) {
  const [isSending, setSending] = useState(false);
  const wanted: Wanted = asking.wanted;
  const { asked, looking } = useThorough(wanted);
  const way = asked?.answer?.asked;
  const accept = async (chosen: Way) => {
    setSending(true);
    const close = shutter();
    if (await takeWay(chosen, { path: whatIfPath(wanted, true), done: asking.done, more: asking.more ?? {} })) close();
    setSending(false);
  };
  // Nobody has to wait for the answer: without it the hub repairs the day by itself.
  const go = async () => {
    if (way) return accept(way);
    setSending(true);
    const close = shutter();
    if (await act(asking.command, asking.data, asking.done)) close();
    setSending(false);
  };
  return (
    <Sheet
      from="side"
      open
      onClose={shut}
      title={asking.title}
      actions={
        <>
          <Button onClick={shut}>{t("button-cancel")}</Button>
          <Button variant="primary" icon={ICONS[asking.kind]} working={isSending} onClick={() => void go()}>
            {asking.go}
          </Button>
        </>
      }
    >
      <section aria-live="polite" aria-label={t("what-if")}>
        <Ways asked={asked} onTake={(chosen) => void accept(chosen)} working={isSending} />
        {looking && (
          <p class="muted small looking" role="status">
            {t("what-if-looking")}
          </p>
        )}
      </section>
    </Sheet>
  );
}
