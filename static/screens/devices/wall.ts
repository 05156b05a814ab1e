/** Codes run out on the wall's clock, which on a fast demo is another one than the store's: `now` comes with the view. */
import { useEffect, useRef, useState } from "preact/hooks";

/** The wall's time in ms, going on from what the hub last said; drawn anew every second. */
export function useWall(now: string): number {
  const said = useRef({ now: "", at: 0 });
  const [, tick] = useState(0);
  if (said.current.now !== now) said.current = { now, at: performance.now() };
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return new Date(now).getTime() + performance.now() - said.current.at;
}
