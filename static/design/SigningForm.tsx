import { PenLine } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { ask } from "@client/door";
import { language, pick, t } from "@client/i18n";
import { Button } from "./Button";
import { isSigned, type Stroke } from "./ink";
import { SignaturePad } from "./SignaturePad";
import { ErrorState, SkeletonLines } from "./States";

type Words = ViewOf<"consent-form">;

export interface Signature {
  form: string;
  version: number;
  language: "zh" | "en";
  strokes: Stroke[];
}

/** The words of a form and a pad for the customer's name, on whosever screen it is handed over. */
export function SigningForm({ code, onSign }: { code: string; onSign: (signature: Signature) => void }) {
  const [words, setWords] = useState<Words>();
  const [problem, setProblem] = useState<Error>();
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const load = () => {
    setProblem(undefined);
    ask<{ view: Words }>(`/api/views/consent-form?code=${encodeURIComponent(code)}`).then(({ view }) => setWords(view), setProblem);
  };
  useEffect(load, [code]);
  if (problem) return <ErrorState sentence={problem.message} action={{ label: t("button-retry"), onClick: load }} />;
  if (!words) return <SkeletonLines count={5} />;
  const { form, version } = words;
  return (
    <div class="signing">
      <div class="signing-text" tabIndex={0}>
        {pick(words.text)
          .split("\n")
          .filter(Boolean)
          .map((line) => (
            <p key={line}>{line}</p>
          ))}
      </div>
      <SignaturePad strokes={strokes} onStrokes={setStrokes} label={t("signature-here")} />
      <Button
        variant="primary"
        size="md"
        wide
        icon={PenLine}
        disabled={!isSigned(strokes)}
        onClick={() => onSign({ form, version, language: language.value, strokes })}
      >
        {t("signature-done")}
      </Button>
    </div>
  );
}
