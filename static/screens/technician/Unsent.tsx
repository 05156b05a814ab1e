import { CloudUpload, TriangleAlert } from "lucide-preact";
import { time } from "@client/format";
import { sayError, t } from "@client/i18n";
import { Button, Icon } from "@design";
import { outbox } from "./taps";

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
      {conflicts.map((letter) => (
        <div key={letter.id} class="unsent-line conflict" role="alert">
          <Icon of={TriangleAlert} />
          <p>
            <b>{t("outbox-conflict", { what: t(letter.label.id, letter.label.args) })}</b>
            <span>{letter.refused && sayError(letter.refused)}</span>
          </p>
          <Button onClick={() => void box.again(letter.id)}>{t("outbox-again")}</Button>
          <Button variant="ghost" onClick={() => void box.dismiss(letter.id)}>
            {t("button-dismiss")}
          </Button>
        </div>
      ))}
    </div>
  );
}
