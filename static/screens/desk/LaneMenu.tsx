import { Brush, CalendarPlus, Coffee, DoorClosed, DoorOpen, HeartPulse, Hourglass, type LucideIcon, RotateCcw, ScanSearch, Sparkles } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { hubNow } from "@client/clock";
import { pick } from "@client/i18n";
import { Button, Icon } from "@design";
import { act } from "./act";
import { useWhatIf } from "./asking";
import { type Asking, gap, laneMenu, live as desk, lookTo, open } from "./desk_state";
import { stepThrough } from "./menu_keys";
import { decide } from "./take_way";
import { blocksOf } from "./timeline/blocks";
import { nextGap } from "./timeline/gaps";
import type { Axis, Lane, PlaceLane, TechnicianLane } from "./types";
import { Preview } from "./WhatIf";
import { t } from "./words";

type Choice = [action: string, icon: LucideIcon, command: string, data: (lane: Lane) => Record<string, unknown>];

const TECHNICIAN: Choice[] = [
  ["end_break", RotateCcw, "team.end_break", (lane) => ({ technician_id: lane.id })],
  ["back", RotateCcw, "team.end_absence", (lane) => ({ absence_id: (lane as TechnicianLane).absence_id })],
  ["break", Coffee, "team.start_break", (lane) => ({ technician_id: lane.id })],
];
const PLACE: Choice[] = [
  ["reopen", DoorOpen, "stations.reopen_place", (lane) => ({ place_id: lane.id })],
  ["clean", Sparkles, "stations.mark_clean", (lane) => ({ place_id: lane.id })],
  ["start_cleaning", Brush, "stations.start_cleaning", (lane) => ({ place_id: lane.id })],
  ["dirty", Brush, "stations.mark_dirty", (lane) => ({ place_id: lane.id })],
];

/** What can be done with a technician or a place, beside its name. */
export function LaneMenu({ lane, axis, live }: { lane: Lane; axis: Axis; live: boolean }) {
  const menu = useRef<HTMLDivElement>(null);
  const [closing, setClosing] = useState(false);
  const shut = () => {
    // Whoever came by the keyboard goes on from the name; a dialog that follows gives the focus back to it.
    if (menu.current?.contains(document.activeElement)) menu.current.parentElement?.querySelector("button")?.focus();
    laneMenu.value = undefined;
  };
  useLayoutEffect(() => {
    menu.current?.querySelector<HTMLElement>(closing ? ".menu-more button" : "button")?.focus();
  }, [closing]);
  useLayoutEffect(() => {
    const away = (event: PointerEvent) => {
      if (!menu.current?.parentElement?.contains(event.target as Node)) shut();
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, []);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return stepThrough(menu.current!, event);
    event.stopPropagation(); // it closes the menu and nothing behind it
    shut();
  };
  const known: readonly string[] = lane.actions;
  const choices = (axis === "technician" ? TECHNICIAN : PLACE).filter(([action]) => live && known.includes(action));
  const view = desk.view.value;
  const idle = axis === "technician" && view?.may_book ? nextGap(lane, blocksOf(view, axis), view, hubNow()) : undefined;
  const run = ([action, , command, data]: Choice) => {
    shut();
    void act(command, data(lane), { did: `did-${action.replaceAll("_", "-")}`, args: { name: pick(lane.name) } });
  };
  return (
    <div class="menu" role="menu" ref={menu} onKeyDown={keys}>
      {choices.map((choice) => (
        <button key={choice[0]} type="button" role="menuitem" class="menu-item" onClick={() => run(choice)}>
          <Icon of={choice[1]} /> {t(`do-${choice[0].replaceAll("_", "-")}`)}
        </button>
      ))}
      {live && known.includes("sick") && <Sick lane={lane} shut={shut} />}
      {axis === "technician" && view?.may_book && (
        <button type="button" role="menuitem" class="menu-item" onClick={() => ((open.value = { what: "booking", draft: { kind: "book", technician: lane.id } }), shut())}>
          <Icon of={CalendarPlus} /> {t("do-book-with", { name: pick(lane.name) })}
        </button>
      )}
      {idle && (
        <button type="button" role="menuitem" class="menu-item" onClick={() => (shut(), lookTo(idle.start), (gap.value = idle))}>
          <Icon of={Hourglass} /> {t("do-next-gap", { from: idle.start, until: idle.end })}
        </button>
      )}
      {live && known.includes("close") && !closing && (
        <button type="button" role="menuitem" class="menu-item" onClick={() => setClosing(true)}>
          <Icon of={DoorClosed} /> {t("do-close")}
        </button>
      )}
      {closing && <Close lane={lane as PlaceLane} shut={shut} />}
    </div>
  );
}

/** One tap, with what it does already in sight; exactly that is done. */
function Sick({ lane, shut }: { lane: Lane; shut: () => void }) {
  const asking: Asking = {
    kind: "sick",
    wanted: { kind: "sick", technician: lane.id },
    title: t("sick-title", { name: pick(lane.name) }),
    go: t("do-sick"),
    command: "team.report_sick",
    data: { technician_id: lane.id },
    done: { did: "did-sick", args: { name: pick(lane.name) } },
  };
  const asked = useWhatIf(asking.wanted);
  return (
    <>
      <button type="button" role="menuitem" class="menu-item tall" aria-label={t("do-sick")} onClick={() => (shut(), void decide(asking, asked))}>
        <Icon of={HeartPulse} />
        <span>
          {t("do-sick")}
          <Preview asked={asked} />
        </span>
      </button>
      <Look asking={asking} shut={shut} />
    </>
  );
}

function Look({ asking, shut }: { asking: Asking; shut: () => void }) {
  return (
    <button type="button" role="menuitem" class="menu-item" onClick={() => (shut(), (open.value = { what: "ways", asking }))}>
      <Icon of={ScanSearch} /> {t("look-first")}
    </button>
  );
}

const REASONS = ["repair", "cleaning", "private", "other"] as const;

function Close({ lane, shut }: { lane: PlaceLane; shut: () => void }) {
  const asked = useWhatIf({ kind: "closed", place: lane.id });
  const because = (reason: string): Asking => {
    const words = t(`close-reason-${reason}`);
    return {
      kind: "closed",
      wanted: { kind: "closed", place: lane.id },
      title: t("close-title", { name: pick(lane.name) }),
      go: t("do-close"),
      command: "stations.close_place",
      data: { place_id: lane.id, reason: words },
      more: { reason: words },
      done: { did: "did-close", args: { name: pick(lane.name) } },
    };
  };
  const close = (reason: string) => {
    shut();
    void decide(because(reason), asked);
  };
  return (
    <div class="menu-more">
      <Preview asked={asked} />
      <p class="small muted">{t("close-why")}</p>
      <div class="row wrap">
        {REASONS.map((reason) => (
          <Button key={reason} onClick={() => close(reason)}>
            {t(`close-reason-${reason}`)}
          </Button>
        ))}
      </div>
      <Look asking={because("other")} shut={shut} />
    </div>
  );
}
