import {
  Bell,
  Brush,
  CalendarCheck,
  CalendarX,
  CircleCheck,
  CircleDashed,
  CircleDot,
  ClipboardPen,
  ClockAlert,
  Coffee,
  CreditCard,
  DoorClosed,
  DoorOpen,
  Hourglass,
  LogIn,
  LogOut,
  type LucideIcon,
  MoonStar,
  Pause,
  Repeat,
  Scissors,
  Sparkles,
  Timer,
  UserX,
} from "lucide-preact";
import type { ComponentChildren } from "preact";
import { t } from "@client/i18n";
import { Icon } from "./Icon";
import "./chip.css";

/** ok free and kept; busy at work; wait somebody waits; alert needs a person; develop time works; care cleaning; clay and
 *  celadon for what is ours; neutral the rest. */
export type Tone = "neutral" | "ok" | "busy" | "wait" | "alert" | "develop" | "care" | "celadon" | "clay";

export interface ChipProps {
  tone?: Tone;
  icon?: LucideIcon;
  children: ComponentChildren;
  /** Filled, for the one chip that must be seen first. */
  loud?: boolean;
}

export function Chip({ tone = "neutral", icon, children, loud = false }: ChipProps) {
  return (
    <span class={`chip ${tone}${loud ? " loud" : ""}`}>
      {icon && <Icon of={icon} size="1.1em" />}
      <span>{children}</span>
    </span>
  );
}

type Look = [LucideIcon, Tone];

/** How every state of the floor looks: never by colour alone. */
export const STATE_LOOKS = {
  booking: {
    held: [CircleDashed, "neutral"],
    confirmed: [CalendarCheck, "celadon"],
    expected: [CalendarCheck, "celadon"],
    arrived: [LogIn, "wait"],
    done: [CircleCheck, "neutral"],
    cancelled_by_customer: [CalendarX, "neutral"],
    cancelled_by_store: [CalendarX, "neutral"],
    late_cancel: [CalendarX, "clay"],
    no_show: [UserX, "alert"],
  },
  visit: {
    arrived: [LogIn, "wait"],
    forms_pending: [ClipboardPen, "wait"],
    waiting: [Hourglass, "wait"],
    called: [Bell, "clay"],
    in_room: [DoorOpen, "busy"],
    in_service: [Scissors, "busy"],
    served: [CircleCheck, "ok"],
    at_checkout: [CreditCard, "celadon"],
    paid: [CircleCheck, "neutral"],
    left: [LogOut, "neutral"],
    running_late: [ClockAlert, "alert"],
    paused: [Pause, "neutral"],
    transferring: [Repeat, "busy"],
  },
  technician: {
    off: [MoonStar, "neutral"],
    free: [CircleDot, "ok"],
    called: [Bell, "clay"],
    in_service: [Scissors, "busy"],
    processing_free: [Timer, "develop"],
    break: [Coffee, "neutral"],
    about_to_finish: [Hourglass, "wait"],
  },
  place: {
    free: [CircleDot, "ok"],
    reserved: [CalendarCheck, "celadon"],
    occupied: [Scissors, "busy"],
    dirty: [Brush, "wait"],
    cleaning: [Sparkles, "care"],
    closed: [DoorClosed, "neutral"],
  },
  phase: {
    hands_on: [Scissors, "busy"],
    processing: [Timer, "develop"],
    finishing: [Sparkles, "care"],
  },
} as const satisfies Record<string, Record<string, Look>>;

export type StateKind = keyof typeof STATE_LOOKS;

/** A state as icon, word and colour. A state that this page does not know yet is shown by its name. */
export function StateBadge({ kind, state, loud = false }: { kind: StateKind; state: string; loud?: boolean }) {
  const looks: Record<string, readonly [LucideIcon, Tone]> = STATE_LOOKS[kind];
  const [icon, tone] = looks[state] ?? ([CircleDashed, "neutral"] as const);
  return (
    <Chip tone={tone} icon={icon} loud={loud}>
      {t(`state-${kind}-${state}`)}
    </Chip>
  );
}
