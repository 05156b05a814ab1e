import { hubNow } from "@client/clock";
import { countdown, dayAndTime, nextDay, time, timeRange, timeWithSeconds, type Moment } from "@client/format";
import "./time.css";

function iso(moment: Moment): string {
  return new Date(moment).toISOString();
}

/** A time of the store's day; `withDay` where it may be another day. */
export function TimeText({ at, to, withDay = false }: { at: Moment; to?: Moment; withDay?: boolean }) {
  const text = to !== undefined ? timeRange(at, to) : withDay ? dayAndTime(at) : time(at);
  return <time dateTime={iso(at)}>{text}</time>;
}

/** A start set large under the name of its business day; `marked`: past midnight it says that the date is the next one. */
export function StartText({ at, marked = true }: { at: Moment; marked?: boolean }) {
  return (
    <>
      {time(at)}
      {marked && nextDay(at) && <small class="next-day">{nextDay(at)}</small>}
    </>
  );
}

/** The hub's time now, running with its speed. */
export function Clock({ seconds = false }: { seconds?: boolean }) {
  const now = hubNow();
  return (
    <time class="clock" dateTime={iso(Math.floor(now / 60_000) * 60_000)}>
      {seconds ? timeWithSeconds(now) : time(now)}
    </time>
  );
}

/** Time left until `to`, in minutes and seconds; what is over counts on with a minus, in another colour. */
export function Countdown({ to }: { to: Moment }) {
  const left = (new Date(to).getTime() - hubNow()) / 1000;
  return (
    <time class={left < 0 ? "countdown over" : "countdown"} dateTime={iso(to)}>
      {countdown(left)}
    </time>
  );
}

/** How much of the way from `from` to `to` is behind us, as a ring around its children. */
export function ProgressRing({
  from,
  to,
  size = "7.5rem",
  children,
}: {
  from: Moment;
  to: Moment;
  size?: string;
  children?: preact.ComponentChildren;
}) {
  const start = new Date(from).getTime();
  const end = new Date(to).getTime();
  const share = Math.min(1, Math.max(0, (hubNow() - start) / Math.max(1, end - start)));
  const over = hubNow() > end;
  return (
    <div class={over ? "ring over" : "ring"} style={{ width: size, height: size }}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="ring-track" cx="50" cy="50" r="45" />
        <circle class="ring-way" cx="50" cy="50" r="45" pathLength={1} strokeDasharray={`${share} 1`} />
      </svg>
      <div class="ring-inside">{children}</div>
    </div>
  );
}
