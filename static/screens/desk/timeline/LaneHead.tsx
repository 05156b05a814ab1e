import { Ellipsis } from "lucide-preact";
import { time } from "@client/format";
import { pick } from "@client/i18n";
import { Icon, StateBadge } from "@design";
import { laneMenu } from "../desk_state";
import { useLater } from "@client/later";
import type { Axis, Lane, PlaceLane, TechnicianLane, View } from "../types";
import { t } from "../words";

/** Free is free; what develops shows its end as a strip. */
const UNTIMED = new Set(["free", "processing_free"]);

export function LaneHead({ lane, axis, open, view }: { lane: Lane; axis: Axis; open: boolean; view: View }) {
  const live = view.date === view.today;
  const toggle = () => (laneMenu.value = open ? undefined : { kind: axis, id: lane.id });
  return (
    <div class="tl-head">
      <button type="button" class="tl-head-button" aria-expanded={open} aria-haspopup="menu" onClick={toggle}>
        <span class="tl-head-name">
          <strong>{pick(lane.name)}</strong>
          <span class="muted">{axis === "technician" ? turn(lane as TechnicianLane) : pick((lane as PlaceLane).kind)}</span>
        </span>
        <span class="tl-head-state">
          {live && <StateBadge kind={axis} state={lane.state} />}
          {live && lane.state_until && !UNTIMED.has(lane.state) && (
            <time class="muted numbers" title={t("until", { at: time(lane.state_until) })}>
              {lane.state === "off" ? t("until", { at: time(lane.state_until) }) : time(lane.state_until)}
            </time>
          )}
        </span>
        <Icon of={Ellipsis} size="1em" />
      </button>
      {open && <Menu lane={lane} axis={axis} live={live} />}
    </div>
  );
}

function Menu(props: { lane: Lane; axis: Axis; live: boolean }) {
  const later = useLater(() => import("../LaneMenu"));
  return later ? <later.LaneMenu {...props} /> : null;
}

function turn(lane: TechnicianLane): string {
  return lane.turn_rank === null ? "" : t("turn", { rank: lane.turn_rank });
}
