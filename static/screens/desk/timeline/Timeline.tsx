import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { hubClock, hubNow } from "@client/clock";
import { time } from "@client/format";
import { calm } from "@design";
import { axis, date, type Gap, gap, laneMenu, lookAt, select, selected, setZoom, zoom, ZOOMS } from "../desk_state";
import type { Axis, Lane, View } from "../types";
import { blocksOf, type Block, HEAD_PX, neighbour, type Scale, xOf } from "./blocks";
import { BlockView } from "./BlockView";
import { persist, useLater } from "@client/later";
import { drag } from "./drag_state";
import { LaneHead } from "./LaneHead";
import { t } from "../words";
import "./timeline.css";

const FLAG_PX = 56; // half of both words
const LEFT_OF_NOW = 0.28; // the past is shorter than what is to come

export function Timeline({ view }: { view: View }) {
  const scroller = useRef<HTMLDivElement>(null);
  const scale: Scale = { begins: Date.parse(view.begins), ends: Date.parse(view.ends), ppm: ZOOMS[zoom.value]! };
  const lanes: Lane[] = axis.value === "technician" ? view.technicians : view.places;
  const blocks = blocksOf(view, axis.value);
  const width = HEAD_PX + xOf(scale, scale.ends);
  useLooking(scroller, scale, view);
  const shadow = useLater(() => import("./DragShadow"));

  const keys = (event: KeyboardEvent) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>("[data-block]")?.dataset["block"];
    const from = blocks.find((block) => block.key === at);
    if (!from || event.ctrlKey || event.metaKey || event.altKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = neighbour(blocks, lanes.map((lane) => lane.id), from, event.key);
    if (next) scroller.current?.querySelector<HTMLElement>(`[data-block="${next.key}"]`)?.focus();
  };
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    setZoom(zoom.value + (event.deltaY < 0 ? 1 : -1));
  };
  useEffect(() => {
    const element = scroller.current!;
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  });

  return (
    <section class={["tl", `by-${axis.value}`, shadow && "handy", drag.value && "dragging"].filter(Boolean).join(" ")} aria-label={t("timeline")}>
      <div class="tl-scroll" ref={scroller} onKeyDown={keys}>
        <div class="tl-canvas" style={{ width: `${width}px`, "--head": `${HEAD_PX}px` }}>
          <Ruler scale={scale} live={view.date === view.today} />
          <div class="tl-lanes" style={{ "--lanes": lanes.length }}>
            {lanes.map((lane) => (
              <LaneRow key={lane.id} lane={lane} view={view} axis={axis.value} scale={scale} blocks={blocks.filter((block) => block.lane === lane.id)} />
            ))}
            {shadow && <shadow.DragShadow scale={scale} view={view} />}
          </div>
          {view.date === view.today && <NowLine scale={scale} />}
        </div>
      </div>
    </section>
  );
}

function LaneRow({ lane, view, axis: by, scale, blocks }: { lane: Lane; view: View; axis: Axis; scale: Scale; blocks: Block[] }) {
  const at = drag.value;
  const classes = ["tl-lane", at && (at.fit.has(lane.id) ? "fit" : "unfit"), at?.lane === lane.id && "aimed"];
  const isOpen = laneMenu.value?.id === lane.id;
  const idle = gap.value;
  const tapped = (event: MouseEvent) => {
    const track = event.currentTarget as HTMLElement;
    if (event.target !== track) return;
    const had = selected.value !== undefined || gap.value !== undefined;
    select(undefined);
    if (had || by !== "technician" || !view.may_book) return; // the first tap leaves what was open
    const ms = scale.begins + ((event.clientX - track.getBoundingClientRect().left) / scale.ppm) * 60_000;
    void persist(() => import("./gaps")).then(({ gapAt }) => (gap.value = gapAt(ms, lane, blocks, view, hubNow())));
  };
  return (
    <div class={classes.filter(Boolean).join(" ")} data-lane={lane.id} role="group" aria-label={laneName(lane)}>
      <LaneHead lane={lane} axis={by} open={isOpen} view={view} />
      <div class="tl-track" onClick={tapped}>
        {lane.shades.map((shade: Lane["shades"][number]) => (
          <Shade key={`${shade.kind}${shade.start}`} shade={shade} scale={scale} />
        ))}
        {blocks.map((block) => block.ghost && <Ghost key={`ghost-${block.key}`} ghost={block.ghost} scale={scale} />)}
        {blocks.map((block) => (
          <BlockView key={block.key} block={block} view={view} axis={by} scale={scale} />
        ))}
        {idle?.lane === lane.id && <Idle at={idle} scale={scale} />}
      </div>
    </div>
  );
}

/** What can be made of idle time comes with the first tap on some. */
function Idle(props: { at: Gap; scale: Scale }) {
  const later = useLater(() => import("./GapMenu"));
  return later ? <later.GapMenu {...props} /> : null;
}

function laneName(lane: Lane): string {
  return `${lane.name.zh} ${lane.name.en}`;
}

function Shade({ shade, scale }: { shade: Lane["shades"][number]; scale: Scale }) {
  const [start, end] = [Date.parse(shade.start), Date.parse(shade.end)];
  const width = xOf(scale, end) - xOf(scale, start);
  const word = t(`shade-${shade.kind}`);
  return (
    <div class={`tl-shade ${shade.kind}`} style={{ left: `${xOf(scale, start)}px`, width: `${width}px` }} title={`${word} ${time(start)}–${time(end)}`}>
      {width > 56 && shade.kind !== "off" && <span>{word}</span>}
    </div>
  );
}

function Ghost({ ghost, scale }: { ghost: { start: number; end: number }; scale: Scale }) {
  const left = xOf(scale, ghost.start);
  return <div class="tl-ghost" style={{ left: `${left}px`, width: `${xOf(scale, ghost.end) - left}px` }} title={t("ghost", { at: time(ghost.start) })} />;
}

/** Hours with their words, half hours as ticks: moments, so that a night with a clock change is drawn as long as it is. */
function Ruler({ scale, live }: { scale: Scale; live: boolean }) {
  const step = scale.ppm < 2.4 ? 60 : 30;
  const marks = [];
  const now = live ? hubNow() : Number.NEGATIVE_INFINITY;
  for (let at = scale.begins; at <= scale.ends; at += step * 60_000) {
    if (Math.abs(at - now) * scale.ppm > FLAG_PX * 60_000) marks.push(at); // the flag of now would cut its word
  }
  return (
    <div class="tl-ruler" aria-hidden="true">
      <div class="tl-corner" />
      {marks.map((at) => {
        const word = time(at);
        return (
          <span key={at} class={word.endsWith(":00") ? "tl-hour" : "tl-half"} style={{ left: `${HEAD_PX + xOf(scale, at)}px` }}>
            {word}
          </span>
        );
      })}
      {live && <NowLine scale={scale} flag />}
    </div>
  );
}

/** The red line over the lanes, and its flag among the hours. */
function NowLine({ scale, flag = false }: { scale: Scale; flag?: boolean }) {
  const now = hubNow();
  if (now < scale.begins || now > scale.ends) return null;
  return (
    <div class={flag ? "tl-now-flag" : "tl-now"} style={{ transform: `translateX(${HEAD_PX + xOf(scale, now)}px)` }} aria-hidden="true">
      {flag && <span>{time(now)}</span>}
    </div>
  );
}

/** Keep the moment in sight when the zoom changes; go where a search, a key or a new day says. */
function useLooking(scroller: { current: HTMLDivElement | null }, scale: Scale, view: View): void {
  const middle = useRef<number>();
  const ppm = useRef(scale.ppm);
  const look = lookAt.value;
  useLayoutEffect(() => {
    const element = scroller.current!;
    if (ppm.current === scale.ppm || middle.current === undefined) return;
    ppm.current = scale.ppm;
    element.scrollLeft = xOf(scale, middle.current) - (element.clientWidth - HEAD_PX) / 2;
  }, [scale.ppm]);
  useLayoutEffect(() => {
    const element = scroller.current!;
    const room = element.clientWidth - HEAD_PX;
    const other = view.date !== view.today;
    const at = look.ms === "now" ? (other ? Date.parse(view.opens ?? view.begins) : hubClock.known ? hubClock.now() : Date.parse(view.now)) : look.ms;
    const share = look.ms === "now" && other ? 0.04 : LEFT_OF_NOW;
    const left = xOf(scale, at) - room * share;
    element.scrollTo({ left, behavior: look.n > 1 && date.value === undefined && !calm() ? "smooth" : "auto" });
  }, [look.n, view.date]);
  useEffect(() => {
    const element = scroller.current!;
    const remember = () => {
      middle.current = scale.begins + ((element.scrollLeft + (element.clientWidth - HEAD_PX) / 2) / scale.ppm) * 60_000;
    };
    remember();
    element.addEventListener("scroll", remember, { passive: true });
    return () => element.removeEventListener("scroll", remember);
  }, [scale.begins, scale.ppm]);
}
