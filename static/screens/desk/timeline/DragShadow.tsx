import { time } from "@client/format";
import { pick } from "@client/i18n";
import { nameOf } from "../names";
import type { Lane, View } from "../types";
import { Consequences } from "../WhatIf";
import { dragged } from "../asking";
import { HEAD_PX, type Scale, xOf } from "./blocks";
import "./drag";
import { drag } from "./drag_state";
import { t } from "../words";

const BUBBLE_PX = 336; // with a rim, so that it never leaves the screen

/** Where the taken service would land, what it would do there, and where the others would go. */
export function DragShadow({ scale, view }: { scale: Scale; view: View }) {
  const at = drag.value;
  if (!at) return null;
  const lanes: Lane[] = at.axis === "technician" ? view.technicians : view.places;
  const row = lanes.findIndex((lane) => lane.id === at.lane);
  const start = at.block.start + at.shift;
  const left = HEAD_PX + xOf(scale, start);
  const width = xOf(scale, at.block.end) - xOf(scale, at.block.start);
  const top = `calc(${row} * (100% / ${lanes.length}))`;
  const asked = dragged.value;
  const seen = document.querySelector(".tl-scroll");
  const last = seen ? seen.scrollLeft + seen.clientWidth - BUBBLE_PX : left;
  const bubble = Math.max(Math.min(left, last), (seen?.scrollLeft ?? 0) + HEAD_PX);
  return (
    <>
      <div class="tl-shadow" style={{ left: `${left}px`, width: `${width}px`, top, height: `calc(100% / ${lanes.length})` }}>
        <strong>{nameOf(at.block.booking)}</strong>
        <span>{time(start)}</span>
      </div>
      <div
        class={row < lanes.length / 2 ? "tl-bubble below" : "tl-bubble above"}
        role="status"
        style={{ left: `${bubble}px`, top: `calc(${row < lanes.length / 2 ? row + 1 : row} * (100% / ${lanes.length}))` }}
      >
        <p class="tl-bubble-head">
          {time(start)} · {pick(lanes[row]!.name)}
        </p>
        {asked?.state === "asking" && <p class="muted small">{t("what-if-asking")}</p>}
        {asked?.state === "refused" && <p class="small alert-text">{asked.sentence}</p>}
        {asked?.answer && <Consequences answer={asked.answer} brief />}
        <p class="muted small">{t("drag-hint")}</p>
      </div>
    </>
  );
}
