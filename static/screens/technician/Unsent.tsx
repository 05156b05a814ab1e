import { CloudUpload, TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { time } from "@client/format";
import { sayError, t } from "@client/i18n";
import type { Letter, Outbox } from "@client/outbox";
import { Button, Callout, Icon, Sheet } from "@design";
import { outbox } from "./taps";
import "./unsent.css";

/** What still lies on the tablet, and what the hub did not accept. */
export function Unsent() {
  const box = outbox.value;
  if (!box) return null;
  const waiting = box.waiting.value;
  const conflicts = box.conflicts.value;
  const showWaiting = waiting.length > 0 && (box.cutOff.value || waiting.length > 1);
  return (
    <div class="unsent" aria-live="polite" data-once>
      {!box.durable && <Callout>{t("outbox-not-durable")}</Callout>}
      {showWaiting && (
        <details class="callout wait unsent-line">
          <summary>
            <Icon of={CloudUpload} />
            <b>{t("outbox-waiting", { count: waiting.length })}</b>
            {box.cutOff.value && <span>{t("outbox-cut-off")}</span>}
          </summary>
          <ol>
            {waiting.map((letter) => (
              <li key={letter.id}>
                <time>{time(letter.tappedAt)}</time> {t(letter.label.id, letter.label.args)}
              </li>
            ))}
          </ol>
        </details>
      )}
      {conflicts.length === 1 && <Conflict letter={conflicts[0]!} box={box} />}
      {conflicts.length > 1 && <Conflicts letters={conflicts} box={box} />}
    </div>
  );
}

function Conflict({ letter, box }: { letter: Letter; box: Outbox }) {
  return (
    <Callout as="div" tone="alert" icon={TriangleAlert} class="conflict" role="alert">
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
    </Callout>
  );
}

/** After an hour without a network there may be many: one line tells of them, and the work in hand stays in view. */
function Conflicts({ letters, box }: { letters: Letter[]; box: Outbox }) {
  const [open, setOpen] = useState(false);
  const count = letters.length;
  const seen = () => {
    setOpen(false);
    void Promise.all(letters.map(({ id }) => box.dismiss(id)));
  };
  return (
    <>
      <Callout as="div" tone="alert" icon={TriangleAlert} class="conflict" role="alert">
        <p>
          <b>{t("outbox-conflicts", { count })}</b>
        </p>
        <Button onClick={() => setOpen(true)}>{t("outbox-look")}</Button>
      </Callout>
      <Sheet
        open={open}
        onClose={() => setOpen(false)}
        title={t("outbox-conflicts", { count })}
        actions={
          <Button size="md" onClick={seen}>
            {t("outbox-dismiss-these", { count })}
          </Button>
        }
      >
        <ol class="conflicts">
          {letters.map((letter) => (
            <li key={letter.id}>
              <time>{time(letter.tappedAt)}</time>
              <p>
                <b>{t(letter.label.id, letter.label.args)}</b>
                <span>{letter.refused && sayError(letter.refused)}</span>
              </p>
              <Button onClick={() => void box.again(letter.id)}>{t("outbox-again")}</Button>
              <Button variant="ghost" onClick={() => void box.dismiss(letter.id)}>
                {t("button-dismiss")}
              </Button>
            </li>
          ))}
        </ol>
      </Sheet>
    </>
  );
}
