import { hasText, t as house, type Args } from "@client/i18n";

/** The desk's own words (`desk-…`), else the house's. */
export function t(id: string, args: Args = {}): string {
  return house(hasText(`desk-${id}`) ? `desk-${id}` : id, args);
}
