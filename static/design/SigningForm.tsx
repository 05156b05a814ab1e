import { PenLine, TriangleAlert } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { language, pick, t } from "@client/i18n";
import { Button } from "./Button";
import { Callout } from "./Callout";
import { isSigned, type Stroke } from "./ink";
import { SignaturePad } from "./SignaturePad";
import { LiveArea, SkeletonLines } from "./States";

type Words = ViewOf<"consent-form">;

export interface Signature {
  form: string;
  version: number;
  language: "zh" | "en";
  strokes: Stroke[];
}

type OnSign = (signature: Signature) => void;

/** The words of a form and a pad for the customer's name, on whosever screen it is handed over. What is drawn stands under the words
 *  that were read: where they are put otherwise meanwhile, the pad is empty again. */
export function SigningForm({ code, onSign }: { code: string; onSign: OnSign }) {
  const live = useMemo(() => openView("consent-form", { code }), [code]);
  useEffect(() => () => live.close(), [live]);
  const first = useRef<number>();
  return (
    <LiveArea live={live} skeleton={<SkeletonLines count={5} />}>
      {(words) => {
        first.current ??= words.version;
        return <ToSign key={words.version} words={words} isChanged={words.version !== first.current} onSign={onSign} />;
      }}
    </LiveArea>
  );
}

function ToSign({ words, isChanged, onSign }: { words: Words; isChanged: boolean; onSign: OnSign }) {
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const { form, version } = words;
  return (
    <div class="signing">
      {isChanged && (
        <Callout tone="alert" icon={TriangleAlert} role="alert">
          {t("signature-changed")}
        </Callout>
      )}
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
