import { CalendarPlus, Hourglass } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { minutes, timeRange } from "@client/format";
import { Icon } from "@design";
import { act } from "../act";
import { type Gap, gap, open } from "../desk_state";
import { stepThrough } from "../menu_keys";
import { t } from "../words";
import { type Scale, xOf } from "./blocks";

/** Idle time that was tapped on, and what can be made of it. */
export function GapMenu({ at, scale }: { at: Gap; scale: Scale }) {
  const menu = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  // Before a dialog opens: it gives the focus back to where it was then.
  const back = () => menu.current?.contains(document.activeElement) && before.current?.focus({ preventScroll: true });
  const shut = () => (back(), (gap.value = undefined));
  useLayoutEffect(() => {
    before.current = document.activeElement as HTMLElement | null;
    menu.current?.querySelector("button")?.focus({ preventScroll: true });
    const away = (event: PointerEvent) => {
      if (!menu.current?.contains(event.target as Node)) shut();
    };
    addEventListener("pointerdown", away);
    return () => {
      removeEventListener("pointerdown", away);
      back();
    };
  }, [at]);
  const book = () => {
    shut();
    open.value = { what: "booking", draft: { kind: "book", technician: at.lane, at: at.start } };
  };
  const fill = () => {
    const data = { start: new Date(at.start).toISOString(), end: new Date(at.end).toISOString(), technician_id: at.lane };
    void act("waitlist.fill_gap", data, { did: "waitlist-did-fill" });
    shut();
  };
  const left = xOf(scale, at.start);
  return (
    <>
      <div class="tl-gap" style={{ left: `${left}px`, width: `${xOf(scale, at.end) - left}px` }} />
      <div class="menu gap-menu" role="menu" ref={menu} style={{ left: `${left}px` }} aria-label={t("gap", { minutes: minutes((at.end - at.start) / 60_000) })} onKeyDown={(event) => stepThrough(event.currentTarget, event)}>
        <p class="gap-head">
          <strong class="numbers">{timeRange(at.start, at.end)}</strong> <span class="muted">{t("gap", { minutes: minutes((at.end - at.start) / 60_000) })}</span>
        </p>
        <button type="button" role="menuitem" class="menu-item" onClick={book}>
          <Icon of={CalendarPlus} /> {t("do-book-here")}
        </button>
        <button type="button" role="menuitem" class="menu-item" onClick={fill}>
          <Icon of={Hourglass} /> {t("do-fill-gap")}
        </button>
      </div>
    </>
  );
}
