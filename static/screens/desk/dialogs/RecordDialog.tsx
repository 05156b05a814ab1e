import { useEffect, useMemo } from "preact/hooks";
import { openView } from "@client/connection";
import { dayAndTime, time } from "@client/format";
import { hasText } from "@client/i18n";
import { LiveArea, Sheet, SkeletonLines } from "@design";
import type { Entry } from "../types";
import { shut } from "./Small";
import { t } from "../words";

/** Who did what and when: the booking's record from the log. */
export function RecordDialog({ booking }: { booking: string }) {
  const record = useMemo(() => openView("desk-record", { booking_id: booking }), [booking]);
  useEffect(() => () => record.close(), [record]);
  return (
    <Sheet from="side" open onClose={shut} title={t("record")}>
      <LiveArea live={record} skeleton={<SkeletonLines count={6} />}>
        {(view) => (
          <ol class="record">
            {[...(view.entries as Entry[])].reverse().map((entry) => (
              <li key={entry.seq}>
                <time class="numbers">{dayAndTime(entry.at)}</time>
                <p>{sentence(entry)}</p>
                <p class="muted small">{who(entry)}</p>
              </li>
            ))}
          </ol>
        )}
      </LiveArea>
    </Sheet>
  );
}

function sentence(entry: Entry): string {
  const { code, params } = entry.said as { code: string; params: Record<string, unknown> };
  const shown = Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, moment(value)]));
  return hasText(code) ? t(code, { technician: "", place: "", service: "", before: "", after: "", start: "", until: "", minutes: 0, ...shown }) : t("record-other");
}

function moment(value: unknown): unknown {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) ? time(value) : value;
}

function who(entry: Entry): string {
  return entry.name || t(`by-${entry.who}`);
}
