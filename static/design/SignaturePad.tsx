import { Eraser } from "lucide-preact";
import { useRef } from "preact/hooks";
import { addTexts, t } from "@client/i18n";
import { Button } from "./Button";
import { points, taken, type Stroke } from "./ink";
import "./signature.css";

addTexts(import.meta.glob("@locales/*/signature.ftl", { query: "?raw", import: "default", eager: true }));

/** A pad for a name: a finger, a pen or a mouse draws, the rest of the page stays where it is. Strokes are in thousandths of the
 *  pad's width, so that a signature is the same on every screen. */
export function SignaturePad({ strokes, onStrokes, label }: { strokes: Stroke[]; onStrokes: (next: Stroke[]) => void; label: string }) {
  const pad = useRef<SVGSVGElement>(null);
  const drawing = useRef<{ pointer: number; strokes: Stroke[] }>();
  const at = (event: PointerEvent): [x: number, y: number] => {
    const box = pad.current!.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * 1000, ((event.clientY - box.top) / box.width) * 1000];
  };
  const begin = (event: PointerEvent) => {
    if (drawing.current || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    pad.current!.setPointerCapture(event.pointerId);
    drawing.current = { pointer: event.pointerId, strokes: taken([...strokes, []], at(event)) };
    onStrokes(drawing.current.strokes);
  };
  const go = (event: PointerEvent) => {
    const now = drawing.current;
    if (now?.pointer !== event.pointerId) return;
    const next = taken(now.strokes, at(event));
    if (next === now.strokes) return;
    now.strokes = next;
    onStrokes(next);
  };
  const end = (event: PointerEvent) => {
    if (drawing.current?.pointer === event.pointerId) drawing.current = undefined;
  };
  return (
    <div class="signature">
      <svg
        ref={pad}
        class="signature-pad"
        role="img"
        aria-label={label}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {strokes.map((stroke, index) => (
          <polyline key={index} points={points(stroke, pad.current?.getBoundingClientRect().width ?? 0)} />
        ))}
      </svg>
      {strokes.length === 0 && (
        <span class="signature-hint" aria-hidden="true">
          {label}
        </span>
      )}
      <Button variant="ghost" icon={Eraser} class="signature-clear" disabled={!strokes.length} onClick={() => onStrokes([])}>
        {t("signature-clear")}
      </Button>
    </div>
  );
}
