import { t } from "@client/i18n";
import { TextArea, TextInput } from "@design";

export interface Both {
  zh: string;
  en: string;
}

/** The same words in both languages, side by side: neither may be missing. */
export function BothNames({ label, value, onValue, long = false, max = 80 }: { label: string; value: Both; onValue: (next: Both) => void; long?: boolean; max?: number }) {
  const Input = long ? TextArea : TextInput;
  return (
    <>
      <Input label={`${label} · ${t("catalog-in-zh")}`} lang="zh" maxLength={max} value={value.zh} onValue={(zh: string) => onValue({ ...value, zh })} {...(long && { rows: 8 })} />
      <Input label={`${label} · ${t("catalog-in-en")}`} lang="en" maxLength={max} value={value.en} onValue={(en: string) => onValue({ ...value, en })} {...(long && { rows: 8 })} />
    </>
  );
}

export function isSaid(value: Both): boolean {
  return value.zh.trim() !== "" && value.en.trim() !== "";
}
