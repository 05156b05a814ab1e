import { ArrowLeftRight, CircleCheck, CircleHelp, DoorOpen, Lock, LockOpen, Play, StepForward, TimerReset, UserRoundCog, type LucideIcon } from "lucide-preact";
import { useState } from "preact/hooks";
import { money, time } from "@client/format";
import { pick } from "@client/i18n";
import { Button, Chip } from "@design";
import { act, keyOf, working } from "../act";
import { open } from "../desk_state";
import { nameOf } from "../names";
import type { Booking, Item, Phase, View } from "../types";
import { t } from "../words";

const LONGER = [5, 10, 15] as const;

interface Choice {
  icon: LucideIcon;
  run: () => void;
  busy?: string;
}

/** One service: its phases as they will be or were, who and where, and what can be done with it. */
export function ItemCard({ item, booking, view }: { item: Item; booking: Booking; view: View }) {
  const phases: Phase[] = item.phases;
  const named = view.technicians.find((lane: View["technicians"][number]) => lane.id === item.requested_technician_id);
  return (
    <li class="item">
      <header class="item-head">
        <h3>{pick(item.service)}</h3>
        <span class="muted numbers">{item.price_minor ? money(item.price_minor) : t("price-none")}</span>
      </header>
      {(item.requested !== "any" || item.pinned || item.added_on_floor) && (
        <div class="row wrap item-chips">
          {item.requested !== "any" && (
            <Chip tone={item.requested === "must" ? "clay" : "neutral"}>{t(`asked-${item.requested}`, { name: named ? pick(named.name) : "" })}</Chip>
          )}
          {item.pinned && <Chip icon={Lock}>{t("pinned")}</Chip>}
          {item.added_on_floor && <Chip>{t("added")}</Chip>}
        </div>
      )}
      <ol class="phases">
        {phases.map((phase) => (
          <PhaseLine key={phase.ordinal} phase={phase} view={view} />
        ))}
      </ol>
      <ItemActions item={item} booking={booking} phases={phases} />
    </li>
  );
}

function PhaseLine({ phase, view }: { phase: Phase; view: View }) {
  const technician = view.technicians.find((lane: View["technicians"][number]) => lane.id === phase.technician_id);
  const place = view.places.find((lane: View["places"][number]) => lane.id === phase.place_id);
  return (
    <li class={`phase ${phase.state} ${phase.kind}`}>
      <i aria-hidden="true" />
      <time class="numbers">{phase.start ? time(phase.start) : "–"}</time>
      <span>
        {technician ? pick(technician.name) : t(`state-phase-${phase.kind}`)}
        {place && <span class="muted"> · {pick(place.name)}</span>}
      </span>
      <span class="muted small numbers">{t("minutes-short", { minutes: phase.minutes })}</span>
    </li>
  );
}

function ItemActions({ item, booking, phases }: { item: Item; booking: Booking; phases: Phase[] }) {
  const [read, setRead] = useState<string | null>();
  const acknowledged = booking.has_allergy && read === booking.allergy_version;
  const actions = item.actions as string[];
  if (!actions.length) return null;
  const args = { name: nameOf(booking), service: pick(item.service) };
  const command = (name: string, did: string, more: Record<string, unknown> = {}): Choice => {
    const data = { item_id: item.id, ...more };
    return { icon: CircleCheck, run: () => void act(name, data, { did, args }), busy: keyOf(name, data) };
  };
  const running = phases.find((phase) => phase.state === "running");
  const choices: Record<string, Choice> = {
    start: { ...command("visits.start_service", "did-start", { allergy_acknowledged: acknowledged }), icon: Play },
    finish_phase: { ...command("visits.finish_phase", "did-finish-phase"), icon: StepForward },
    finish: { ...command("visits.finish_service", "did-finish"), icon: CircleCheck },
    remind: {
      icon: TimerReset,
      run: () => void act("visits.ask_help", { kind: "remind", technician_id: running?.technician_id ?? running?.beside, place_id: running?.place_id }, { did: "did-remind", args }),
    },
    move: { icon: ArrowLeftRight, run: () => (open.value = { what: "move", booking: booking.id, item: item.id }) },
    why_not: { icon: CircleHelp, run: () => (open.value = { what: "why_not", booking: booking.id, item: item.id }) },
    change_technician: { icon: UserRoundCog, run: () => (open.value = { what: "change", booking: booking.id, item: item.id, of: "technician" }) },
    change_place: { icon: DoorOpen, run: () => (open.value = { what: "change", booking: booking.id, item: item.id, of: "place" }) },
    pin: { ...command("planning.pin", "did-pin"), icon: Lock },
    unpin: { ...command("planning.unpin", "did-unpin"), icon: LockOpen },
  };
  const asksAllergy = actions.includes("start") && booking.has_allergy && !acknowledged;
  const [first, ...rest] = actions.filter((action) => action !== "extend").flatMap((action) => (action === "move" ? ["move", "why_not"] : [action]));
  const primary = (first === "start" && booking.visit_id !== null) || first === "finish" || first === "finish_phase";
  return (
    <div class="item-do">
      {asksAllergy && (
        <Button variant="danger" wide onClick={() => setRead(booking.allergy_version)}>
          {t("do-acknowledge")}
        </Button>
      )}
      <div class="row wrap" data-once>
        {[first!, ...rest].map((action, index) => {
          const choice = choices[action];
          if (!choice) return null;
          return (
            <Button
              key={action}
              variant={index === 0 && primary ? "primary" : "quiet"}
              icon={choice.icon}
              disabled={action === "start" && asksAllergy}
              working={choice.busy !== undefined && working.value.has(choice.busy)}
              onClick={choice.run}
              data-action={action}
            >
              {t(`do-${action.replaceAll("_", "-")}`)}
            </Button>
          );
        })}
      </div>
      {actions.includes("extend") && (
        <div class="late" role="group" aria-label={t("do-extend")}>
          <span class="small muted">{t("do-extend")}</span>
          {LONGER.map((minutes) => (
            <button
              key={minutes}
              type="button"
              class="late-by"
              onClick={() => void act("visits.extend", { item_id: item.id, minutes }, { did: "did-extend", args: { minutes } })}
            >
              <strong class="numbers">+{minutes}</strong>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
