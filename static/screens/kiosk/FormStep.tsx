import { PenLine } from "lucide-preact";
import { useState } from "preact/hooks";
import { language, pick, t } from "@client/i18n";
import { Button } from "@design";
import { HoldButton } from "@design/HoldButton";
import { isSigned, type Stroke } from "@design/ink";
import { SignaturePad } from "@design/SignaturePad";
import { Ask } from "./Booked";
import { answer, answered, type KioskView } from "./talk";

/** What the service asks to be signed: the words, a pad as large as a hand, and a way for those who do not draw. */
export function FormStep({ view }: { view: KioskView }) {
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const { form } = view;
  if (!form) return null;
  const working = answered.value === view.step_token;
  const sign = (drawn: Stroke[] | null) =>
    void answer({ kind: "sign", form: form.form, version: form.version, strokes: drawn, language: language.value });
  return (
    <>
      <Ask title={pick(form.name)} hint={t("form-hint")} />
      <div class="form-text" tabIndex={0}>
        {pick(form.text)
          .split("\n")
          .filter(Boolean)
          .map((line) => (
            <p key={line}>{line}</p>
          ))}
      </div>
      <SignaturePad strokes={strokes} onStrokes={setStrokes} label={t("signature-here")} />
      <div class="choices">
        <Button variant="primary" size="lg" wide icon={PenLine} disabled={!isSigned(strokes)} working={working} onClick={() => sign(strokes)}>
          {t("form-sign")}
        </Button>
        <HoldButton armed={t("form-hold-again")} disabled={working} onHeld={() => sign(null)}>
          {t("form-hold")}
        </HoldButton>
        <Button size="md" variant="ghost" wide disabled={working} onClick={() => void answer({ kind: "postpone" })}>
          {t("form-later")}
        </Button>
      </div>
    </>
  );
}
