import { CalendarPlus, ChevronRight } from "lucide-preact";
import { isLate, listed, timeRange, visitDay, visitTime } from "@client/format";
import { pick, t } from "@client/i18n";
import { Button, Card, Chip, EmptyState, Icon, type Tone } from "@design";
import type { VisitLine } from "./state";

function services(line: VisitLine): string {
  return listed(line.services.map((each) => pick(each.name)));
}

function people(line: VisitLine): string {
  const names = line.services.flatMap((each) => (each.technician ? [pick(each.technician)] : []));
  return listed([...new Set(names)]);
}

/** What is ahead. Each opens the visit's own page: there it is moved, cancelled, or said to be late. */
export function Upcoming({ lines }: { lines: VisitLine[] }) {
  const book = () => location.assign("/book");
  if (!lines.length) {
    return (
      <EmptyState icon={CalendarPlus} title={t("my-none")} action={{ label: t("my-book"), onClick: book }}>
        {t("my-none-text")}
      </EmptyState>
    );
  }
  return (
    <section class="my-ahead" aria-label={t("my-upcoming")}>
      {lines.map((line) => (
        <a key={line.booking_id} class="my-visit" href={`/v/${line.link}`}>
          <span class="my-when">
            <span class="my-day">{visitDay(line.start)}</span>
            <span class="my-time">{line.end && !isLate(line.start) ? timeRange(line.start, line.end) : visitTime(line.start)}</span>
          </span>
          <span class="my-what">
            <strong>{services(line)}</strong>
            {people(line) && <span class="muted">{people(line)}</span>}
          </span>
          <span class="my-open">
            {line.result === "here" ? t("my-here") : t("my-change")}
            <Icon of={ChevronRight} />
          </span>
        </a>
      ))}
      <div>
        <Button icon={CalendarPlus} onClick={book}>
          {t("my-book-another")}
        </Button>
      </div>
    </section>
  );
}

const TONES: Record<VisitLine["result"], Tone> = { ahead: "busy", here: "busy", done: "ok", cancelled: "neutral", no_show: "wait" };

export function Past({ lines }: { lines: VisitLine[] }) {
  if (!lines.length) return null;
  return (
    <Card title={t("my-past")}>
      <ul class="my-past">
        {lines.map((line) => (
          <li key={line.booking_id}>
            <span class="my-past-when numbers">
              {visitDay(line.start)}
              <span class="muted"> {visitTime(line.start)}</span>
            </span>
            <span class="my-past-what">
              {services(line) || t("my-nothing")}
              {people(line) && <span class="muted small">{people(line)}</span>}
            </span>
            <Chip tone={TONES[line.result]}>{t(`my-result-${line.result}`)}</Chip>
          </li>
        ))}
      </ul>
    </Card>
  );
}
