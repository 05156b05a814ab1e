import { time, timeRange } from "@client/format";
import { pick, t } from "@client/i18n";
import { type Block, type Found, marked, type Row } from "./state";

const HOUR_MS = 3_600_000;

interface Scale {
  begins: number;
  span: number;
}

/** Every technician's day twice: as it went, and below it as it could have been. */
export function Picture({ found }: { found: Found }) {
  const begins = Math.floor(Math.min(Date.parse(found.begins), ...shifts(found, 0)) / HOUR_MS) * HOUR_MS;
  const ends = Math.ceil(Math.max(Date.parse(found.ends), ...shifts(found, 1)) / HOUR_MS) * HOUR_MS;
  const scale: Scale = { begins, span: Math.max(HOUR_MS, ends - begins) };
  const hours: number[] = [];
  for (let at = begins; at <= ends; at += HOUR_MS) hours.push(at);
  return (
    <section aria-labelledby="picture-title">
      <h2 id="picture-title">{t("look-back-picture")}</h2>
      <p class="picture-legend muted">
        <i class="went" /> {t("look-back-went")}
        <i class="went late" /> {t("look-back-late")}
        <i class="could" /> {t("look-back-could")}
      </p>
      <div class="picture">
        <div class="picture-hours" aria-hidden="true">
          {hours.map((at) => (
            <span key={at} style={{ insetInlineStart: share(scale, at) }}>
              {time(at)}
            </span>
          ))}
        </div>
        {found.rows.map((row: Row) => (
          <div key={row.technician_id} class="picture-row" role="group" aria-label={pick(row.technician)}>
            <strong>{pick(row.technician)}</strong>
            <div class="picture-lanes">
              {row.shifts.map(([from, to]: [string, string]) => (
                <i key={from} class="picture-shift" style={{ insetInlineStart: share(scale, Date.parse(from)), inlineSize: wide(scale, from, to) }} />
              ))}
              <Lane blocks={row.went} scale={scale} kind="went" />
              <Lane blocks={row.could} scale={scale} kind="could" />
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

function shifts(found: Found, edge: 0 | 1): number[] {
  return found.rows.flatMap((row: Row) => row.shifts.map((span: [string, string]) => Date.parse(span[edge])));
}

function Lane({ blocks, scale, kind }: { blocks: Block[]; scale: Scale; kind: "went" | "could" }) {
  return (
    <div class={`picture-lane ${kind}`}>
      {blocks.map((block) => {
        const words = `${timeRange(block.start, block.end)} ${block.name || t("look-back-guest")} · ${pick(block.service)}${block.late ? ` · ${t("look-back-late")}` : ""}`;
        const on = marked.value === block.booking_id;
        return (
          <button
            key={`${block.booking_id}${block.start}`}
            type="button"
            class={["picture-block", kind, block.late && "late", on && "on"].filter(Boolean).join(" ")}
            style={{ insetInlineStart: share(scale, Date.parse(block.start)), inlineSize: wide(scale, block.start, block.end) }}
            title={words}
            aria-label={`${t(`look-back-${kind}`)} ${words}`}
            aria-pressed={on}
            onClick={() => (marked.value = on ? undefined : block.booking_id)}
          >
            <span>{block.name || t("look-back-guest")}</span>
          </button>
        );
      })}
    </div>
  );
}

function share(scale: Scale, at: number): string {
  return `${((at - scale.begins) / scale.span) * 100}%`;
}

function wide(scale: Scale, from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / scale.span) * 100}%`;
}
