import { Check, Delete } from "lucide-preact";
import { t } from "@client/i18n";
import { Icon } from "./Icon";
import "./numberpad.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export interface NumberPadProps {
  value: string;
  onValue: (value: string) => void;
  maxLength?: number;
  /** Shows a key that ends the entry; without it the last key clears. */
  onDone?: () => void;
  /** Whether the entry may end now. */
  complete?: boolean;
}

/** Digits for a thumb: a phone number or a PIN. The caller shows the value. */
export function NumberPad({ value, onValue, maxLength = 15, onDone, complete = value.length > 0 }: NumberPadProps) {
  const add = (digit: string) => value.length < maxLength && onValue(value + digit);
  const digit = (key: string) => (
    <button key={key} type="button" class="pad-key" onClick={() => add(key)}>
      {key}
    </button>
  );
  return (
    <div class="pad" role="group">
      {KEYS.map(digit)}
      <button
        type="button"
        class="pad-key side"
        aria-label={t("key-delete")}
        disabled={!value}
        onClick={() => onValue(value.slice(0, -1))}
      >
        <Icon of={Delete} />
      </button>
      {digit("0")}
      {onDone ? (
        <button type="button" class="pad-key done" aria-label={t("button-done")} disabled={!complete} onClick={onDone}>
          <Icon of={Check} />
        </button>
      ) : (
        <button type="button" class="pad-key side word" disabled={!value} onClick={() => onValue("")}>
          {t("key-clear")}
        </button>
      )}
    </div>
  );
}

/** Digits in groups as people say them: "138 0013 8000" for a Chinese mobile number, fours otherwise. */
export function grouped(digits: string): string {
  if (/^1\d{0,10}$/.test(digits)) return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter(Boolean).join(" ");
  return digits.match(/.{1,4}/g)?.join(" ") ?? "";
}
