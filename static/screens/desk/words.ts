import { hasText, t as house } from "@client/i18n";

/** The desk's own words (`desk-…`), else the house's. */
export function t(id: string, args: Record<string, unknown> = {}): string {
  return house(hasText(`desk-${id}`) ? `desk-${id}` : id, args);
}
