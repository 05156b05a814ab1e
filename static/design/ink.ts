/** What a pad's pointer leaves behind. */

/** x and y of each point in turn, in thousandths of the pad's width. */
export type Stroke = number[];

const NEAR = 4; // points closer than this tell nothing new
const POINTS_MAX = 2800; // the hub takes 3000
const STROKES_MAX = 80;
const INK_MIN = 120; // what the hub takes for a name and not for a touch

/** The strokes with one more point in the last one; the same where it would tell nothing new. */
export function taken(strokes: Stroke[], [x, y]: [x: number, y: number]): Stroke[] {
  const last = strokes.at(-1)!;
  const point = [within(x), within(y)];
  const far = last.length === 0 || Math.hypot(point[0]! - last.at(-2)!, point[1]! - last.at(-1)!) >= NEAR;
  const room = strokes.length <= STROKES_MAX && strokes.reduce((sum, each) => sum + each.length, 0) < POINTS_MAX * 2;
  return far && room ? [...strokes.slice(0, -1), [...last, ...point]] : strokes;
}

function within(value: number): number {
  return Math.round(Math.min(1000, Math.max(0, value)));
}

/** Whether it is a name rather than a touch. */
export function isSigned(strokes: Stroke[]): boolean {
  let ink = 0;
  for (const stroke of strokes) {
    for (let at = 2; at < stroke.length; at += 2) ink += Math.hypot(stroke[at]! - stroke[at - 2]!, stroke[at + 1]! - stroke[at - 1]!);
  }
  return ink >= INK_MIN;
}

/** A stroke as SVG points on a pad `width` pixels wide; a single point becomes a dot. */
export function points(stroke: Stroke, width: number): string {
  const scaled = stroke.map((each) => ((each * width) / 1000).toFixed(1));
  const pairs = [];
  for (let at = 0; at < scaled.length; at += 2) pairs.push(`${scaled[at]},${scaled[at + 1]}`);
  return (pairs.length === 1 ? [pairs[0], pairs[0]] : pairs).join(" ");
}
