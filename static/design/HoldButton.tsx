import { Hand } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";
import "./signature.css";

const HOLD_MS = 2_000;

/** Pressed for as long as it takes to mean it. A screen reader, which can only press, presses twice. */
export function HoldButton({ children, armed, onHeld, disabled }: { children: string; armed: string; onHeld: () => void; disabled?: boolean }) {
  const [holding, setHolding] = useState(false);
  const [again, setAgain] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setHolding(false);
  };
  const begin = () => {
    if (disabled || timer.current) return;
    setHolding(true);
    timer.current = setTimeout(() => {
      stop();
      onHeld();
    }, HOLD_MS);
  };
  useEffect(() => stop, []);
  const isHoldKey = (event: KeyboardEvent) => event.key === " " || event.key === "Enter";
  // A press without a pointer and without a key comes from an assistive technology.
  const pressed = (event: MouseEvent) => {
    if (event.detail !== 0) return;
    if (again) onHeld();
    setAgain(!again);
  };
  return (
    <button
      type="button"
      class={holding ? "button quiet lg wide hold held" : "button quiet lg wide hold"}
      style={{ "--hold-time": `${HOLD_MS}ms` }}
      disabled={disabled}
      onPointerDown={begin}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event)) return;
        event.preventDefault();
        if (!event.repeat) begin();
      }}
      onKeyUp={(event) => isHoldKey(event) && stop()}
      onBlur={stop}
      onClick={pressed}
    >
      <span class="hold-fill" aria-hidden="true" />
      <Icon of={Hand} />
      <span aria-live="polite">{again ? armed : children}</span>
    </button>
  );
}
