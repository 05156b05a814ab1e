import { Check, Plus } from "lucide-preact";
import { money, minutes } from "@client/format";
import { pick, t } from "@client/i18n";
import { Button, EmptyState, Icon } from "@design";
import { totalPrice } from "./price";
import { chosen, chosenServices, go, type BookView, type Service } from "./state";

const MOST = 6;

export function Services({ view }: { view: BookView }) {
  if (!view.services.length) return <EmptyState title={t("services-none")}>{t("services-none-hint")}</EmptyState>;
  const groups = new Map<string, Service[]>();
  for (const service of view.services) {
    const name = pick(service.category);
    groups.set(name, [...(groups.get(name) ?? []), service]);
  }
  return (
    <>
      <h1>{t("services-title")}</h1>
      {[...groups].map(([name, services]) => (
        <section key={name} class="service-group">
          <h2>{name}</h2>
          <ul>
            {services.map((service) => (
              <Row key={service.id} service={service} />
            ))}
          </ul>
        </section>
      ))}
      <Total />
    </>
  );
}

function Row({ service }: { service: Service }) {
  const place = chosen.value.indexOf(service.id);
  const picked = place >= 0;
  const toggle = () => {
    if (picked) chosen.value = chosen.value.filter((id) => id !== service.id);
    else if (chosen.value.length < MOST) chosen.value = [...chosen.value, service.id];
  };
  return (
    <li>
      <button type="button" class={picked ? "service picked" : "service"} aria-pressed={picked} onClick={toggle}>
        <span class="service-name">{pick(service.name)}</span>
        <span class="service-facts">
          {minutes(service.minutes)}
          <span aria-hidden="true"> · </span>
          {service.price_minor ? money(service.price_minor) : t("price-none")}
        </span>
        <span class="service-mark">
          <Icon of={picked ? Check : Plus} />
        </span>
      </button>
    </li>
  );
}

function Total() {
  const services = chosenServices.value;
  if (!services.length) return null;
  const time = services.reduce((sum, each) => sum + each.minutes, 0);
  return (
    <footer class="book-bar">
      <p>
        <strong>{t("services-chosen", { count: services.length })}</strong>
        <span>
          {minutes(time)} · {totalPrice(services)}
        </span>
      </p>
      <Button variant="primary" size="md" onClick={() => go("when")}>
        {t("choose-time")}
      </Button>
    </footer>
  );
}
