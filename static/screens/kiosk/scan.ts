import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { hasCamera, qrDetector } from "@client/scanner";

const KEY_WITHIN_MS = 60; // a scanner types a character every few milliseconds, a person into a field never faster than this
const KEY_WITHIN_MS_OUTSIDE = 1_500; // outside of fields nobody types at a kiosk, and a busy machine hands keys on late
const SHORTEST = 8;
const LOOK_EVERY_MS = 220;

/** A USB scanner is a keyboard that types fast and ends with Enter. */
export function useUsbScanner(onCode: (text: string) => void): void {
  const told = useRef(onCode);
  told.current = onCode;
  useLayoutEffect(() => {
    let typed = "";
    let last = 0;
    let before: { field: HTMLInputElement; value: string } | undefined;
    const key = (event: KeyboardEvent) => {
      const now = event.timeStamp;
      // The choice of the language keeps the focus, and nobody types into it.
      const field = event.target instanceof HTMLInputElement && event.target.type !== "radio" ? event.target : undefined;
      const within = field ? KEY_WITHIN_MS : KEY_WITHIN_MS_OUTSIDE;
      if (now - last > within) typed = "";
      last = now;
      if (!typed) before = field && { field, value: field.value };
      if (event.key === "Enter") {
        if (typed.length >= SHORTEST) {
          event.preventDefault();
          event.stopPropagation();
          if (before) restore(before.field, before.value);
          told.current(typed);
        }
        typed = "";
      } else if (event.key.length === 1) {
        typed += event.key;
      }
    };
    addEventListener("keydown", key, true);
    return () => removeEventListener("keydown", key, true);
  }, []);
}

/** Take out of a field what the scanner has typed into it. */
function restore(field: HTMLInputElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Look for a QR code with the camera while `video` is on the screen. `onLost`: there is no camera, or it may not be used. */
export function useCamera(video: { current: HTMLVideoElement | null }, onCode: (text: string) => void, onLost: () => void): void {
  useEffect(() => {
    if (!hasCamera()) {
      onLost();
      return undefined;
    }
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    let ended = false;
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
        const element = video.current;
        if (ended || !element) return stop();
        element.srcObject = stream;
        await element.play();
        const detector = await qrDetector();
        let looking = false;
        timer = setInterval(async () => {
          if (looking || ended || element.readyState < element.HAVE_CURRENT_DATA) return;
          looking = true;
          const found = await detector.detect(element).catch(() => []);
          looking = false;
          if (!ended && found[0]) onCode(found[0].rawValue);
        }, LOOK_EVERY_MS);
      } catch {
        if (!ended) onLost();
      }
    };
    const stop = () => {
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void begin();
    return () => {
      ended = true;
      stop();
    };
  }, []);
}
