import { CloudUpload } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { handIn } from "@client/door";
import { pick, t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Clock, ConnectionBadge, EmptyState, Icon, LanguageSwitch, NumberPad, Sheet, StateBadge } from "@design";
import type { View } from "./Tablet";
import { outbox } from "./taps";
import "./faces.css";

type Face = View["colleagues"][number];

const PIN_LONGEST = 6;
const PIN_SHORTEST = 4;

/** A paired tablet that nobody has taken yet: one's own face, then the PIN. */
export function Faces({ view, live }: { view: View; live: LiveView<unknown> }) {
  const [face, setFace] = useState<Face>();
  return (
    <div class="faces">
      <header class="tablet-head">
        <div class="tablet-who">
          <h1>{t("faces-title")}</h1>
        </div>
        <div class="tablet-tools">
          <ConnectionBadge live={live} dot />
          <Clock />
          <LanguageSwitch />
        </div>
      </header>
      {view.colleagues.length === 0 ? (
        <EmptyState title={t("faces-none")}>{t("faces-none-hint")}</EmptyState>
      ) : (
        <ul class="faces-grid">
          {view.colleagues.map((each) => (
            <li key={each.id}>
              <button type="button" class="face" onClick={() => setFace(each)}>
                <span class="face-mark" aria-hidden="true">
                  {[...pick(each.name)][0]}
                </span>
                <span class="face-name">{pick(each.name)}</span>
                <StateBadge kind="technician" state={each.state} />
                <Kept of={each} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Sheet open={face !== undefined} onClose={() => setFace(undefined)} title={face ? t("pin-title", { name: pick(face.name) }) : ""}>
        {face && <Pin key={face.id} face={face} />}
      </Sheet>
    </div>
  );
}

/** What she tapped here while the network was away goes when she has signed in again. */
function Kept({ of: face }: { of: Face }) {
  const count = outbox.value?.ofOthers.value.get(face.id) ?? 0;
  if (count === 0) return null;
  return (
    <span class="face-kept">
      <Icon of={CloudUpload} /> {t("face-kept", { count })}
    </span>
  );
}

function Pin({ face }: { face: Face }) {
  const [pin, setShown] = useState("");
  const [problem, setProblem] = useState<string>();
  const typedSoFar = useRef("");
  const setPin = (next: string) => setShown((typedSoFar.current = next));
  const entering = useRef(false);
  const enter = async () => {
    if (entering.current) return; // a second tap would be a second try
    entering.current = true;
    try {
      await handIn("/api/technician-sign-in", { technician_id: face.id, pin: typedSoFar.current });
      location.reload();
    } catch (error) {
      entering.current = false;
      setPin("");
      setProblem((error as Error).message);
    }
  };
  const entry = useRef<HTMLDivElement>(null);
  // A tablet with a keyboard, or the page on a computer; a badge reader types faster than the page is drawn.
  useLayoutEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const before = typedSoFar.current;
      if (/^\d$/.test(event.key)) {
        setPin((before + event.key).slice(0, PIN_LONGEST));
        entry.current!.focus(); // Enter ends the PIN then, and presses no button
      } else if (event.key === "Backspace") setPin(before.slice(0, -1));
      else if (event.key === "Enter" && document.activeElement === entry.current && before.length >= PIN_SHORTEST) void enter();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  }, []);
  return (
    <div class="pin" ref={entry} tabIndex={-1}>
      <p class="pin-dots" aria-label={t("pin-length", { count: pin.length })}>
        {Array.from({ length: PIN_LONGEST }, (_, index) => (
          <span key={index} class={index < pin.length ? "dot full" : "dot"} />
        ))}
      </p>
      <p class="pin-problem" role="alert">
        {problem}
      </p>
      <NumberPad value={pin} onValue={setPin} maxLength={PIN_LONGEST} onDone={() => void enter()} complete={pin.length >= PIN_SHORTEST} />
    </div>
  );
}
