import { t } from "@client/i18n";
import { TextInput } from "@design";

const LONGEST = 24;

/** Six digits of an app, or sixteen of a recovery code. */
export const isWhole = (code: string) => code.replace(/\D/g, "").length >= 6;

export function CodeInput({ value, onValue, error, autoFocus }: { value: string; onValue: (code: string) => void; error: string | undefined; autoFocus?: boolean }) {
  return (
    <div class="me-code">
      <TextInput
        label={t("sign-in-factor-code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus={autoFocus}
        value={value}
        onValue={(typed) => onValue(typed.replace(/[^\d -]/g, "").slice(0, LONGEST))}
        error={error}
      />
    </div>
  );
}
