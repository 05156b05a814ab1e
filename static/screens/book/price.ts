import { money } from "@client/format";
import { t } from "@client/i18n";

/** What the chosen services come to; one without a listed price costs what the desk says, not nothing. */
export function totalPrice(services: readonly { price_minor: number }[]): string {
  const listed = services.reduce((sum, each) => sum + each.price_minor, 0);
  const parts = [listed > 0 && money(listed), services.some((each) => !each.price_minor) && t("price-none")];
  return parts.filter(Boolean).join(" + ");
}
