import { language, setLanguage, t, type Language } from "@client/i18n";
import { SegmentedControl } from "./Field";

const LANGUAGES: Language[] = ["zh", "en"];

/** Each language in its own words, so that nobody has to read the other one. */
export function LanguageSwitch({ size = "sm", remember = true }: { size?: "sm" | "md"; remember?: boolean }) {
  return (
    <SegmentedControl
      label={t("language-choose")}
      value={language.value}
      onValue={(next) => setLanguage(next, { remember })}
      options={LANGUAGES.map((each) => ({ value: each, label: t(`language-${each}`) }))}
      size={size}
    />
  );
}
