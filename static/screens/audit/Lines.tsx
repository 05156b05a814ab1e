import { Bot, ChevronDown, MonitorSmartphone, User, UserRound, UsersRound } from "lucide-preact";
import { useState } from "preact/hooks";
import { day, isoDate, timeWithSeconds } from "@client/format";
import { t } from "@client/i18n";
import { Button, Icon } from "@design";
import { filter, type Line } from "./state";
import { kindName, sentenceOf, valueOf, whoOf } from "./words";

const FACES = { staff: UserRound, device: MonitorSmartphone, customer: User, system: Bot, anonymous: UsersRound };

/** The lines by day, the newest first; one opens to show everything that is on record of it. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  const [open, setOpen] = useState<number>();
  const days = byDay(lines);
  return (
    <>
      {days.map(([date, ofDay]) => (
        <section key={date} class="audit-day">
          <h2>{day(ofDay[0]!.at)}</h2>
          <ol>
            {ofDay.map((line) => (
              <One key={line.seq} line={line} open={open === line.seq} onOpen={() => setOpen(open === line.seq ? undefined : line.seq)} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

/** In the order of the lines. */
function byDay(lines: readonly Line[]): Array<[string, Line[]]> {
  const days = new Map<string, Line[]>();
  for (const line of lines) {
    const date = isoDate(line.at);
    days.set(date, [...(days.get(date) ?? []), line]);
  }
  return [...days];
}

function One({ line, open, onOpen }: { line: Line; open: boolean; onOpen: () => void }) {
  return (
    <li class={open ? "audit-line open" : "audit-line"}>
      <button type="button" class="audit-row" aria-expanded={open} onClick={onOpen}>
        <time dateTime={line.at}>{timeWithSeconds(line.at)}</time>
        <span class="audit-who">
          <Icon of={FACES[line.who]} size="1.1rem" />
          <span class="audit-who-words">
            {whoOf(line)}
            {line.device_name && line.device_name !== line.who_name && (
              <span class="audit-on">{t("audit-on-device", { device: line.device_name })}</span>
            )}
          </span>
        </span>
        <span class="audit-said">{sentenceOf(line)}</span>
        <span class="audit-kind">{kindName(line.type.split(".")[0]!)}</span>
        <span class="audit-seq">{line.seq}</span>
        <Icon of={ChevronDown} size="1.1rem" />
      </button>
      {open && <Details line={line} />}
    </li>
  );
}

function Details({ line }: { line: Line }) {
  const facts: [string, string][] = [
    [t("audit-detail-fact"), line.type],
    [t("audit-detail-command"), line.command],
    [t("audit-detail-command-id"), line.command_id],
    [t("audit-detail-actor"), line.who_id],
    ...(line.device_id ? [[t("audit-detail-device"), line.device_id] as [string, string]] : []),
  ];
  return (
    <div class="audit-details">
      <dl>
        {line.details.map((one) => (
          <div key={one.field}>
            <dt>
              <code>{one.field}</code>
            </dt>
            <dd>
              {one.name != null && <span>{valueOf(one.name)}</span>}
              {one.value != null && <span class={one.name == null ? "" : "audit-raw"}>{one.name == null ? valueOf(one.value) : one.value}</span>}
              {one.name == null && one.value == null && <span>–</span>}
            </dd>
          </div>
        ))}
      </dl>
      <dl class="audit-origin">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="audit-raw">{value}</dd>
          </div>
        ))}
      </dl>
      <div class="audit-ways">
        {line.who_name && (
          <Button variant="ghost" onClick={() => filter(line.who === "device" ? { device: line.who_id } : { person: line.who_id })}>
            {t("audit-only-person")}
          </Button>
        )}
        {line.booking_id && (
          <Button variant="ghost" onClick={() => filter({ booking: line.booking_id ?? undefined, customer: undefined })}>
            {t("audit-only-booking")}
          </Button>
        )}
        {line.customer_id && (
          <Button variant="ghost" onClick={() => filter({ customer: line.customer_id ?? undefined, booking: undefined })}>
            {t("audit-only-customer")}
          </Button>
        )}
      </div>
    </div>
  );
}
