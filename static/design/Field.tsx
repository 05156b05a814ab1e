import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { fullDate, noon } from "@client/format";
import { t } from "@client/i18n";
import "./field.css";

interface Labelled {
  label: string;
  /** Help that stays visible. */
  hint?: string;
  /** What is wrong with the value, and how to mend it. */
  error?: string;
  optional?: boolean;
}

export interface Described {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

/** A label above, help or a fault below, and any control between: `children` gets the ids that tie them together. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  children,
}: Labelled & { children: (described: Described) => ComponentChildren }) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id}>
        {label}
        {optional && <span class="field-optional"> · {t("field-optional")}</span>}
      </label>
      {children({ id, "aria-describedby": below ? `${id}-below` : undefined, "aria-invalid": error ? true : undefined })}
      {below && (
        <p class="field-below" id={`${id}-below`} role={error ? "alert" : undefined}>
          {below}
        </p>
      )}
    </div>
  );
}

/** Browsers heed the attribute once for a page, and this one may show its second form; there before it is seen, so that no key is lost. */
function useFocus<E extends HTMLElement>(wanted: unknown) {
  const control = useRef<E>(null);
  useLayoutEffect(() => {
    if (wanted) control.current!.focus();
  }, []);
  return control;
}

export interface TextInputProps extends Labelled, Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "label" | "onInput"> {
  value: string;
  onValue: (value: string) => void;
}

export function TextInput({ label, hint, error, optional, value, onValue, ...rest }: TextInputProps) {
  const input = useFocus<HTMLInputElement>(rest.autoFocus);
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => (
        <input
          type="text"
          autoComplete="off"
          {...rest}
          {...described}
          {...(rest.type === "date" && shownDate(value))}
          ref={input}
          class="input"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** What a date field shows until it is typed in: its own writing follows the browser's language, not the page's. */
export function shownDate(value: string): { "data-shown"?: string } {
  return value ? { "data-shown": fullDate(noon(value)) } : {};
}

export interface TextAreaProps extends Labelled, Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, "label" | "onInput"> {
  value: string;
  onValue: (value: string) => void;
}

export function TextArea({ label, hint, error, optional, value, onValue, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => (
        <textarea
          rows={3}
          {...rest}
          {...described}
          class="input"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
}

export function Select({
  label,
  hint,
  error,
  optional,
  value,
  onValue,
  options,
  ...rest
}: Labelled &
  Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, "label" | "onInput"> & {
    value: string;
    onValue: (value: string) => void;
    options: Option[];
  }) {
  const control = useFocus<HTMLSelectElement>(rest.autoFocus);
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(described) => (
        <select
          {...rest}
          {...described}
          ref={control}
          class="input select"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of a few, all in sight. `options` carry their words; `label` is for those who do not see them together. */
export function SegmentedControl<V extends string>({
  label,
  value,
  onValue,
  options,
  size = "sm",
}: {
  label: string;
  value: V;
  onValue: (value: V) => void;
  options: { value: V; label: ComponentChildren }[];
  size?: "sm" | "md";
}) {
  const name = useId();
  return (
    <fieldset class={`segments ${size}`}>
      <legend class="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value} class={option.value === value ? "segment chosen" : "segment"}>
          <input
            type="radio"
            class="unseen"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
