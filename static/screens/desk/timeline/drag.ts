/** A block taken by pointer: where it would land, and what that would do, before it is let go. */
import { connection } from "@client/connection";
import { open, select } from "../desk_state";
import type { Axis, View } from "../types";
import { askWhatIf, forgetWhatIf } from "../asking";
import { type Block, sameKind, type Scale, snapped, startOf } from "./blocks";
import { type Drag, drag, hand } from "./drag_state";

const FROM_PX = 5; // less is a click with an unsteady hand

export function fitLanes(view: View, block: Block, axis: Axis): ReadonlySet<string> {
  const fit = view.fits.find((each: View["fits"][number]) => each.service_id === block.item.service_id);
  if (axis === "technician") return new Set(fit?.technician_ids);
  return new Set(sameKind(view, block.lane).map((lane) => lane.id));
}

/** Where the service would begin. */
export function target(at: Drag): { item: string; start: string; technician?: string; place?: string } {
  const start = new Date((startOf(at.block.item) ?? at.block.start) + at.shift).toISOString();
  const moved = at.lane !== at.block.lane;
  return {
    item: at.block.item.id,
    start,
    ...(moved && at.axis === "technician" ? { technician: at.lane } : {}),
    ...(moved && at.axis === "place" ? { place: at.lane } : {}),
  };
}

function take(event: PointerEvent, block: Block, view: View, axis: Axis, scale: Scale): void {
  if (event.button !== 0 || !block.item.actions.includes("move") || !block.item.actions.includes("pin") && !block.item.actions.includes("unpin")) return;
  const element = event.currentTarget as HTMLElement;
  const { clientX, clientY, pointerId } = event;
  const fit = fitLanes(view, block, axis);
  const move = (now: PointerEvent) => {
    if (!drag.value && Math.hypot(now.clientX - clientX, now.clientY - clientY) < FROM_PX) return;
    if (!drag.value) begin();
    const shift = snapped(block.start + ((now.clientX - clientX) / scale.ppm) * 60_000) - block.start;
    const lane = laneAt(now.clientY) ?? block.lane;
    const next = { block, axis, lane: fit.has(lane) ? lane : block.lane, shift, fit };
    if (drag.value?.lane === next.lane && drag.value.shift === next.shift) return;
    drag.value = next;
    askWhatIf({ kind: "move", ...target(next) });
  };
  const begin = () => {
    element.setPointerCapture(pointerId);
    connection.busy.value = true;
  };
  const end = (drop: boolean) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
    removeEventListener("pointercancel", cancel);
    removeEventListener("keydown", key, true);
    const last = drag.value;
    drag.value = undefined;
    connection.busy.value = false;
    if (!last) return;
    const unmoved = last.lane === block.lane && last.shift === 0;
    if (!drop || unmoved) return forgetWhatIf();
    select(undefined);
    open.value = { what: "move", booking: block.booking.id, ...target(last) };
  };
  const up = () => {
    if (drag.value) swallowClick();
    end(true);
  };
  const cancel = () => end(false);
  const key = (pressed: KeyboardEvent) => {
    if (pressed.key !== "Escape" || !drag.value) return;
    pressed.stopPropagation();
    addEventListener("pointerup", swallowClick, { once: true });
    end(false);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", up);
  addEventListener("pointercancel", cancel);
  addEventListener("keydown", key, true);
}

/** The click that follows when the button is let go is no wish to open the details. */
function swallowClick(): void {
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, true), 0);
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}

function laneAt(y: number): string | undefined {
  for (const row of document.querySelectorAll<HTMLElement>("[data-lane]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (y >= top && y < bottom) return row.dataset["lane"];
  }
  return undefined;
}

hand.take = take;
