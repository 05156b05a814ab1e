import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { t } from "@client/i18n";
import { BackOffice, SegmentedControl } from "@design";
import { Forms } from "./Forms";
import { Hours } from "./Hours";
import { House } from "./House";
import { Peak } from "./Peak";
import { Places } from "./Places";
import { Services } from "./Services";
import "./catalog.css";

export type View = ViewOf<"catalog">;
const live = openView("catalog");
const PARTS = ["services", "hours", "peak", "places", "forms", "house"] as const;
type Part = (typeof PARTS)[number];

/** What a shop changes about itself, one part at a time. */
export function Catalog() {
  return (
    <BackOffice title="catalog-title" live={live} lines={8} class="catalog">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const [part, setPart] = useState<Part>(() => PARTS.find((each) => location.hash === `#${each}`) ?? "services");
  const show = (next: Part) => {
    setPart(next);
    history.replaceState(null, "", `#${next}`);
  };
  const parts = { services: Services, hours: Hours, peak: Peak, places: Places, forms: Forms, house: House };
  const Shown = parts[part];
  return (
    <main>
      <header class="catalog-head">
        <div>
          <h1>{t("catalog-title")}</h1>
          <p class="muted">{t("catalog-text")}</p>
        </div>
        <SegmentedControl label={t("catalog-title")} value={part} onValue={show} options={PARTS.map((value) => ({ value, label: t(`catalog-${value}`) }))} />
      </header>
      <Shown view={view} />
    </main>
  );
}
