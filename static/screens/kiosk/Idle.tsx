import { useEffect, useState } from "preact/hooks";
import { t } from "@client/i18n";
import { Button, Dialog } from "@design";
import { answer, onTouch, type KioskView } from "./talk";

const SAID_AGAIN = [5, 10]; // seconds left
/** The hub wipes by itself ten seconds after the countdown (`GRACE`): told less often of touches, it would wipe while there is still
 *  time on the screen. */
const TELL_EVERY_MS = 8_000;

/** Nobody has touched the screen for a while: count down, then wipe everything here and in the hub. */
export function Idle({ view }: { view: KioskView }) {
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    let touched = performance.now();
    let told = touched;
    const touch = () => {
      touched = performance.now();
      setLeft(undefined);
      if (touched - told > TELL_EVERY_MS) {
        told = touched;
        void answer({ kind: "stay" });
      }
    };
    const watch = setInterval(() => {
      const silent = (performance.now() - touched) / 1000 - view.idle_seconds;
      if (silent < 0) return;
      const seconds = Math.ceil(view.countdown_seconds - silent);
      setLeft(Math.max(0, seconds));
      if (seconds <= 0) {
        clearInterval(watch);
        void answer({ kind: "leave" });
      }
    }, 250);
    const deaf = onTouch(touch);
    return () => {
      clearInterval(watch);
      deaf();
    };
  }, []);
  const stay = () => setLeft(undefined);
  const said = SAID_AGAIN.find((seconds) => left !== undefined && left <= seconds);
  return (
    <Dialog
      open={left !== undefined}
      onClose={stay}
      title={t("idle-title")}
      describedBy="idle-left"
      actions={
        <Button variant="primary" size="lg" wide onClick={stay}>
          {t("idle-stay")}
        </Button>
      }
    >
      <p class="idle-left" id="idle-left">
        {t("idle-text", { seconds: left ?? 0 })}
      </p>
      <p class="unseen" role="status">
        {said && t("idle-text", { seconds: said })}
      </p>
    </Dialog>
  );
}
