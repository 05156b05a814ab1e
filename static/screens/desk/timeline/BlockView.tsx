import { Bell, Check, ClockAlert, Hourglass, Link2, Lock, PlusCircle, Repeat2, Scissors, Star, TriangleAlert, UserCheck, type LucideIcon } from "lucide-preact";
import { time } from "@client/format";
import { pick } from "@client/i18n";
import { Icon } from "@design";
import { nameOf } from "../names";
import { bookings, select, selected } from "../desk_state";
import type { Axis, View } from "../types";
import { touched as touchedBookings } from "../what_if";
import { type Block, lookOf, type Scale, xOf } from "./blocks";
import { drag, hand } from "./drag_state";
import { t } from "../words";

const MARKS: Record<string, LucideIcon> = {
  here: Hourglass,
  called: Bell,
  running: Scissors,
  over: ClockAlert,
  done: Check,
};

const WORDS_FROM_PX = 22;
const MARKS_FROM_PX = 46;
const TWO_LINES_FROM_PX = 64;
const NEWS_MS = 10 * 60_000; // a move is news for so long

export function BlockView({ block, view, axis, scale }: { block: Block; view: View; axis: Axis; scale: Scale }) {
  const { booking, item } = block;
  const left = xOf(scale, block.start);
  const width = Math.max(8, xOf(scale, block.end) - left - 2);
  const look = lookOf(block);
  const chosen = selected.value === booking.id;
  const movable = item.actions.includes("pin") || item.actions.includes("unpin");
  const taken = drag.value?.block.item.id === item.id;
  const touched = touchedBookings.value.has(booking.id);
  const classes = [
    "tl-block",
    block.strip ? "strip" : "solid",
    `look-${look}`,
    chosen && "chosen",
    movable && "movable",
    taken && "taken",
    touched && !taken && "touched",
    booking.at_risk && "risk",
    booking.paused && "paused",
    booking.state === "held" && "held",
  ];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(" ")}
      style={{ left: `${left}px`, width: `${width}px` }}
      data-block={block.key}
      data-booking={booking.id}
      aria-label={spoken(block)}
      aria-pressed={chosen}
      title={spoken(block)}
      tabIndex={isEntry(block, view) ? 0 : -1}
      onClick={() => select(chosen ? undefined : booking.id)}
      onPointerDown={(event) => hand.take?.(event, block, view, axis, scale)}
    >
      {!block.strip && <Parts block={block} scale={scale} />}
      {width >= WORDS_FROM_PX && <Words block={block} width={width} look={look} view={view} />}
    </button>
  );
}

/** What develops is hatched; a thin line parts one phase from the next. */
function Parts({ block, scale }: { block: Block; scale: Scale }) {
  if (block.parts.length === 1 && block.parts[0]!.phase.kind !== "processing") return null;
  return (
    <span class="tl-parts" aria-hidden="true">
      {block.parts.map((part) => (
        <span
          key={part.phase.ordinal}
          class={`tl-part ${part.phase.kind} ${part.phase.state}`}
          style={{ left: `${xOf(scale, part.start) - xOf(scale, block.start)}px`, width: `${xOf(scale, part.end) - xOf(scale, part.start)}px` }}
        />
      ))}
    </span>
  );
}

function Words({ block, width, look, view }: { block: Block; width: number; look: string; view: View }) {
  const { booking, item } = block;
  if (block.strip) return width < MARKS_FROM_PX ? null : <span class="tl-strip-word">{nameOf(booking)}</span>;
  if (width < MARKS_FROM_PX) {
    return (
      <span class="tl-words narrow">
        <span class="tl-line">
          <strong>{nameOf(booking)}</strong>
        </span>
      </span>
    );
  }
  const mark = MARKS[look];
  const news = booking.moved?.item_id === item.id && Date.parse(view.now) - Date.parse(booking.moved.at) < NEWS_MS;
  return (
    <span class="tl-words">
      <span class="tl-line">
        {mark && <Icon of={mark} size="0.95em" />}
        <strong>{nameOf(booking)}</strong>
        {booking.number !== null && width > 110 && <span class={`code-dot ${booking.color}`}>{booking.number}</span>}
      </span>
      <span class="tl-second">
        {width >= TWO_LINES_FROM_PX && <span class="tl-service">{pick(item.service)}</span>}
      <span class="tl-marks">
        {booking.has_allergy && <Icon of={TriangleAlert} size="0.9em" label={t("allergy")} />}
        {item.requested === "must" && <Icon of={Star} size="0.9em" label={t("requested-must")} />}
        {item.pinned && <Icon of={Lock} size="0.85em" label={t("pinned")} />}
        {item.added_on_floor && <Icon of={PlusCircle} size="0.85em" label={t("added")} />}
        {booking.party_id && <Icon of={Link2} size="0.9em" label={t("party")} />}
        {news && <Icon of={Repeat2} size="0.9em" label={t("moved")} />}
        {booking.late_until && !booking.visit_id && <Icon of={ClockAlert} size="0.9em" label={t("late-until", { at: booking.late_until })} />}
        {look === "planned" && booking.visit_id && <Icon of={UserCheck} size="0.9em" />}
        </span>
      </span>
    </span>
  );
}

function spoken(block: Block): string {
  const { booking, item } = block;
  const state = booking.visit_state ? t(`state-visit-${booking.visit_state}`) : t(`state-booking-${booking.state}`);
  return `${time(block.start)}–${time(block.end)} ${nameOf(booking)} · ${pick(item.service)} · ${state}`;
}

/** One stop of the Tab key for the whole timeline: the chosen block, else the first one that is not over. */
function isEntry(block: Block, view: View): boolean {
  if (block.strip) return false;
  const chosen = selected.value ? bookings.value.get(selected.value) : undefined;
  if (chosen) return block.booking.id === chosen.id;
  const first = view.bookings.find((each: Block["booking"]) => each.items.some((item: Block["item"]) => item.phases.some((phase: Block["parts"][number]["phase"]) => phase.start && phase.state !== "done")));
  return block.booking.id === first?.id;
}
