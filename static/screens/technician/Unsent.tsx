import { CloudUpload, TriangleAlert } from "lucide-preact";
import { time } from "@client/format";
import { sayError, t } from "@client/i18n";
import type { Letter, Outbox } from "@client/outbox";
import { Button, Icon } from "@design";
import { outbox } from "./taps";

/** Conflicts that are shown whole; those behind them wait in a list. */
const AT_ONCE = 3;

/** What still lies on the tablet, and what the hub did not accept. */
export function Unsent() {
  const box = outbox.value;
  if (!box) return null;
  const waiting = box.waiting.value;
  const conflicts = box.conflicts.value;
  const showWaiting = waiting.length > 0 && (box.cutOff.value || waiting.length > 1);
  return (
    <div class="unsent" aria-live="polite">
      {!box.durable && <p class="unsent-line">{t("outbox-not-durable")}</p>}
      {showWaiting && (
        <details class="unsent-line">
          <summary>
            <Icon of={CloudUpload} />
            <b>{t("outbox-waiting", { count: waiting.length })}</b>
            {box.cutOff.value && <span>{t("outbox-cut-off")}</span>}
          </summary>
          <ol>
            {waiting.map((letter) => (
              <li key={letter.id}>
                {time(letter.tappedAt)} {t(letter.label.id, letter.label.args)}
              </li>
            ))}
          </ol>
        </details>
      )}
      {conflicts.slice(0, AT_ONCE).map((letter) => (
        <Conflict key={letter.id} letter={letter} box={box} />
      ))}
      {conflicts.length > AT_ONCE && <More letters={conflicts.slice(AT_ONCE)} box={box} />}
    </div>
  );
}

function Conflict({ letter, box }: { letter: Letter; box: Outbox }) {
  return (
    <div class="unsent-line conflict" role="alert">
      <Icon of={TriangleAlert} />
      <p>
        <b>{t("outbox-conflict", { what: t(letter.label.id, letter.label.args) })}</b>
        <span>
          {time(letter.tappedAt)} {letter.refused && sayError(letter.refused)}
        </span>
      </p>
      <Button onClick={() => void box.again(letter.id)}>{t("outbox-again")}</Button>
      <Button variant="ghost" onClick={() => void box.dismiss(letter.id)}>
        {t("button-dismiss")}
      </Button>
    </div>
  );
}

/** After days without a network there may be a hundred; the work in hand stays in view. */
function More({ letters, box }: { letters: Letter[]; box: Outbox }) {
  return (
    <details class="unsent-line">
      <summary>
        <Icon of={TriangleAlert} />
        <b>{t("outbox-more-conflicts", { count: letters.length })}</b>
      </summary>
      <ol class="conflicts">
        {letters.map((letter) => (
          <li key={letter.id}>
            {time(letter.tappedAt)} {t(letter.label.id, letter.label.args)} · {letter.refused && sayError(letter.refused)}
          </li>
        ))}
      </ol>
      <Button variant="ghost" onClick={() => void Promise.all(letters.map(({ id }) => box.dismiss(id)))}>
        {t("outbox-dismiss-these", { count: letters.length })}
      </Button>
    </details>
  );
}
