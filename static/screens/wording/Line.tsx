import { Pencil, Plus, RotateCcw, Save, TriangleAlert } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { connection } from "@client/connection";
import { send } from "@client/door";
import { say, t, type Language } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Chip, Field, Form, Icon, toast } from "@design";
import { begin, draftOf, end, write } from "./drafts";
import { parts, previews } from "./preview";
import type { TextLine } from "./Wording";

type Words = TextLine["zh"];

/** One text in both languages, side by side. */
export function Line({ line }: { line: TextLine }) {
  return (
    <li class="wording-line" data-id={line.id}>
      <p class="wording-id">{line.id}</p>
      <InOne line={line} words={line.zh} language="zh" />
      <InOne line={line} words={line.en} language="en" />
    </li>
  );
}

function InOne({ line, words, language }: { line: TextLine; words: Words; language: Language }) {
  const opener = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  const draft = draftOf(line.id, language);
  const close = () => {
    asked.current = false;
    end(line.id, language);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const shown = words.own !== null && !words.fault ? words.own : words.product;
  if (draft) return <Editing line={line} words={words} language={language} text={draft.text} focused={asked.current} onClose={close} />;
  const name = t(`wording-in-${language}`);
  return (
    <div class="wording-one">
      <button ref={opener} type="button" class="wording-said" aria-label={`${t("wording-edit", { id: line.id, language: name })}: ${shown ?? words.own ?? ""}`} onClick={() => {
          asked.current = true;
          begin(line, language);
        }}
      >
        <span class="wording-language">{name}</span>
        <Spoken text={shown ?? words.own ?? ""} language={language} />
        {words.own !== null && !words.fault && <Chip tone="celadon">{t("wording-own")}</Chip>}
        <Icon of={Pencil} size="1rem" />
      </button>
      {words.fault && (
        <p class="wording-fault wait small">
          <Icon of={TriangleAlert} size="1rem" />
          <span>{words.product === null ? t("wording-is-gone") : t("wording-is-left-out", { why: say(words.fault) })}</span>
        </p>
      )}
    </div>
  );
}

/** The words with a mark for what is filled in; a text with forms as each of them looks. */
function Spoken({ text, language }: { text: string; language: Language }) {
  const forms = text.includes("->") ? previews(language, text) : [];
  return (
    <span class="wording-text" lang={language}>
      {(forms.length ? [{ text: forms.join("\n"), filled: false }] : parts(text)).map((part, index) =>
        part.filled ? (
          <span key={index} class="wording-slot">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </span>
  );
}

function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

interface Edited {
  line: TextLine;
  words: Words;
  language: Language;
  text: string;
  /** It was opened here, not kept from another list. */
  focused: boolean;
  onClose: () => void;
}

function Editing({ line, words, language, text, focused, onClose }: Edited) {
  const setText = (changed: string) => write(line.id, language, changed);
  const { working, problem, run } = useTry();
  const field = useRef<HTMLTextAreaElement>(null);
  // The browser's own `autofocus` works only while a page loads.
  useLayoutEffect(() => {
    if (focused) field.current?.focus();
  }, []);
  const at = { language, message_id: line.id };
  const readOnly = connection.readOnly.value !== "";
  const { product } = words;
  const gone = product === null;
  const back = () => (words.own === null ? send("catalog.drop_wording", at) : send("catalog.put_wording", { ...at, text: words.own }));
  // What can no longer be shown cannot be put back either.
  const undo = words.fault ? {} : { undo: () => void back().catch(complain) };
  const keep = () =>
    run(async () => {
      await send("catalog.put_wording", { ...at, text });
      toast(t("wording-kept"), undo);
      onClose();
    });
  const reset = () =>
    run(async () => {
      await send("catalog.drop_wording", at);
      toast(t("wording-dropped"), undo);
      onClose();
    });
  const insert = (what: string) => {
    const { selectionStart, selectionEnd } = field.current ?? { selectionStart: text.length, selectionEnd: text.length };
    const inserted = `{ ${what} }`;
    setText(text.slice(0, selectionStart) + inserted + text.slice(selectionEnd));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(selectionStart + inserted.length, selectionStart + inserted.length);
    });
  };
  const ready = !gone && !readOnly && text.trim() !== "" && text.trim() !== (words.own ?? product);
  const wrong = problem ?? (words.fault ? say(words.fault) : undefined);
  return (
    <Form class="wording-editing" ready={ready} onSend={() => void keep()}>
      <Field label={t(`wording-in-${language}`)} {...(wrong ? { error: wrong } : {})}>
        {(described) => (
          <textarea
            {...described}
            ref={field}
            class="input"
            lang={language}
            rows={Math.min(12, Math.max(2, text.split("\n").length + 1))}
            maxLength={2000}
            spellcheck={false}
            readOnly={gone}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && !event.isComposing) onClose();
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
            }}
          />
        )}
      </Field>
      {line.offered.length > 0 && (
        <div class="wording-fills">
          <span class="muted small">{t("wording-fills")}</span>
          {line.offered.map((what: string) => (
            <button key={what} type="button" class={`chip ${text.includes(what) ? "neutral" : "clay"}`} aria-label={t("wording-insert", { what })} onClick={() => insert(what)}>
              <Icon of={Plus} size="0.9rem" />
              {what}
            </button>
          ))}
        </div>
      )}
      {text.includes("->") && <p class="muted small">{t("wording-forms")}</p>}
      {!gone && <Preview text={text} language={language} />}
      {words.own !== null && !gone && (
        <div class="wording-note">
          <span class="muted small">{t("wording-original")}</span>
          <Spoken text={product} language={language} />
        </div>
      )}
      <div class="wording-acts">
        {words.own !== null && (
          <Button icon={RotateCcw} working={working} disabled={readOnly} onClick={() => void reset()}>
            {t("wording-reset")}
          </Button>
        )}
        <Button class="push" onClick={onClose}>
          {t("wording-cancel")}
        </Button>
        {!gone && (
          <Button type="submit" variant="primary" icon={Save} working={working} disabled={!ready}>
            {t("wording-keep")}
          </Button>
        )}
      </div>
      {readOnly && <p class="muted small">{t("wording-read-only")}</p>}
    </Form>
  );
}

function Preview({ text, language }: { text: string; language: Language }) {
  const shown = previews(language, text);
  return (
    <div class="wording-note" aria-live="polite">
      <span class="muted small">{t("wording-preview")}</span>
      {shown.length ? (
        shown.map((each) => (
          <span key={each} class="wording-preview" lang={language}>
            {each}
          </span>
        ))
      ) : (
        <span class="muted">{t("wording-preview-none")}</span>
      )}
    </div>
  );
}
