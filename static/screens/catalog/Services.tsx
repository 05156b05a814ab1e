import { EyeOff, PenLine, Plus } from "lucide-preact";
import { minutes, money } from "@client/format";
import { pick, t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { Button, Chip, EmptyState } from "@design";
import type { View } from "./Catalog";
import { ServiceDialog } from "./ServiceDialog";

export type Service = View["services"][number];

/** What the store offers, by category, each line a way to change it. */
export function Services({ view }: { view: View }) {
  const { what: edited, open: edit, shut } = useOpened<Service | "new">();
  const groups = new Map<string, Service[]>();
  for (const each of view.services as Service[]) {
    const name = pick(each.category);
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return (
    <section class="catalog-part">
      <Button variant="primary" icon={Plus} class="catalog-add" onClick={() => edit("new")}>
        {t("catalog-service-add")}
      </Button>
      {groups.size === 0 && <EmptyState title={t("catalog-services-none")}>{t("catalog-services-none-hint")}</EmptyState>}
      {[...groups].map(([name, services]) => (
        <section key={name} class="catalog-group">
          <h2>{name}</h2>
          <ul class="catalog-list">
            {services.map((each) => (
              <li key={each.id}>
                <button type="button" class={each.active ? "catalog-line" : "catalog-line retired"} onClick={() => edit(each)}>
                  <span class="catalog-name">
                    {pick(each.name)} <span class="muted small">{each.code}</span>
                  </span>
                  <span class="catalog-marks">
                    {!each.active && <Chip>{t("catalog-retired")}</Chip>}
                    {each.active && !each.bookable_online && <Chip icon={EyeOff}>{t("catalog-desk-only")}</Chip>}
                    {each.consent_form && <Chip icon={PenLine}>{formName(view, each.consent_form)}</Chip>}
                  </span>
                  <span class="catalog-bar-of" aria-hidden="true">
                    {each.phases.map((phase) => (
                      <span key={phase.ordinal} class={phase.kind} style={{ flexGrow: phase.minutes }} />
                    ))}
                  </span>
                  <span class="catalog-minutes numbers">{minutes(each.phases.reduce((sum, phase) => sum + phase.minutes, 0))}</span>
                  <span class="catalog-price numbers">{each.price_minor ? money(each.price_minor) : t("catalog-price-none")}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {edited && <ServiceDialog key={edited === "new" ? "new" : edited.id} view={view} service={edited === "new" ? undefined : (view.services.find(({ id }) => id === edited.id) ?? edited)} onClose={shut} />}
    </section>
  );
}

function formName(view: View, code: string): string {
  const form = view.forms.find((each: View["forms"][number]) => each.code === code);
  return form ? pick(form.name) : code;
}
