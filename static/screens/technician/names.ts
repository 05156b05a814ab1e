import { t } from "@client/i18n";
import type { Work } from "./Tablet";

/** Who it is: by name where one is known, else by the code on the big screen. */
export function nameOf({ name, color, number }: Pick<Work["person"], "name" | "color" | "number">): string {
  return name || (number === null ? t("nameless") : `${t(`color-${color}`)} ${number}`);
}
