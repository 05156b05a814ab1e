import { BadgeCheck, Hourglass } from "lucide-preact";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { number, percent } from "@client/format";
import { pick, t } from "@client/i18n";
import { BackOffice, Chip, EmptyState } from "@design";
import "./lengths.css";

type View = ViewOf<"lengths">;
type Kept = View["today"];
type Odds = View["odds"][number];
type Service = View["services"][number];
type Person = Service["people"][number];

const live = openView("lengths");

export function Lengths() {
  return (
    <BackOffice title="lengths-title" live={live} lines={6} class="lengths">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  return (
    <main>
      <h1>{t("lengths-title")}</h1>
      <Promises view={view} />
      <TrueOdds view={view} />
      <section aria-labelledby="lengths-services">
        <h2 id="lengths-services">{t("lengths-services")}</h2>
        <p class="muted">{t("lengths-services-text", { enough: view.enough })}</p>
        {view.services.length === 0 ? (
          <EmptyState icon={Hourglass} title={t("lengths-none")}>
            {t("lengths-none-text")}
          </EmptyState>
        ) : (
          view.services.map((service) => <OneService key={service.service_id} service={service} enough={view.enough} />)
        )}
      </section>
    </main>
  );
}

function Promises({ view }: { view: View }) {
  return (
    <section class="lengths-kept" aria-label={t("lengths-kept")}>
      <Hero kept={view.today} />
      {(["week", "month", "quarter"] as const).map((span) => (
        <Span key={span} name={span} kept={view[span]} />
      ))}
    </section>
  );
}

function Hero({ kept }: { kept: Kept }) {
  return (
    <div class="lengths-hero">
      <p class="lengths-caption">{t("lengths-today")}</p>
      <p class="lengths-share">{kept.share === null ? "–" : whole(kept.share)}</p>
      <p class="muted">{kept.settled ? t("lengths-of", { kept: kept.kept, settled: kept.settled }) : t("lengths-today-none")}</p>
      <Bar share={kept.share} />
    </div>
  );
}

function Span({ name, kept }: { name: "week" | "month" | "quarter"; kept: Kept }) {
  return (
    <div>
      <p class="lengths-caption">{t(`lengths-${name}`)}</p>
      <p class="lengths-share small">{kept.share === null ? "–" : whole(kept.share)}</p>
      <p class="muted">{kept.settled ? t("lengths-of", { kept: kept.kept, settled: kept.settled }) : t("lengths-no-promises")}</p>
      <Bar share={kept.share} />
    </div>
  );
}

function Bar({ share }: { share: number | null }) {
  return (
    <div class="lengths-meter" aria-hidden="true">
      <i style={{ inlineSize: `${share ?? 0}%` }} />
    </div>
  );
}

function TrueOdds({ view }: { view: View }) {
  return (
    <section aria-labelledby="lengths-odds">
      <h2 id="lengths-odds">{t("lengths-odds")}</h2>
      <p class="muted">{t("lengths-odds-text")}</p>
      <table class="lengths-odds">
        <thead>
          <tr>
            <th scope="col">{t("lengths-odds-stated")}</th>
            <th scope="col" class="wide">
              {t("lengths-odds-kept")}
            </th>
            <th scope="col">{t("lengths-odds-share")}</th>
            <th scope="col">{t("lengths-odds-count")}</th>
          </tr>
        </thead>
        <tbody>
          {view.odds.map((band) => (
            <Band key={band.low} band={band} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The strip shows 40 to 100 percent. */
function Band({ band }: { band: Odds }) {
  const at = (value: number | null) => `${Math.max(0, Math.min(100, (((value ?? 0) - 40) / 60) * 100))}%`;
  const known = band.share !== null && band.stated !== null && band.least !== null && band.most !== null;
  const isTrue = known && band.least! <= band.stated! + 3 && band.most! >= band.stated! - 3;
  return (
    <tr>
      <th scope="row">{t("lengths-band", { low: band.low, high: band.high })}</th>
      <td class="wide">
        <div class="lengths-strip" aria-hidden="true">
          {known && (
            <>
              <i class="range" style={{ insetInlineStart: at(band.least), inlineSize: `calc(${at(band.most)} - ${at(band.least)})` }} />
              <i class="tick" style={{ insetInlineStart: at(band.stated) }} />
              <i class={isTrue ? "dot" : "dot off"} style={{ insetInlineStart: at(band.share) }} />
            </>
          )}
        </div>
      </td>
      <td>
        {known ? (
          <>
            <strong>{whole(band.share!)}</strong> {!isTrue && <Chip tone="alert">{t(band.share! < band.stated! ? "lengths-too-high" : "lengths-too-low")}</Chip>}
          </>
        ) : (
          "–"
        )}
      </td>
      <td>{number(band.settled)}</td>
    </tr>
  );
}

function OneService({ service, enough }: { service: Service; enough: number }) {
  return (
    <article class="lengths-service">
      <header>
        <h3>{pick(service.service)}</h3>
        <p class="lengths-figures">
          <span>{t("lengths-catalog", { minutes: service.catalog })}</span>
          <strong>{service.seen ? t("lengths-learned", { minutes: Math.round(service.learned) }) : t("lengths-not-seen")}</strong>
        </p>
        <Chip tone={service.counts ? "ok" : "neutral"} {...(service.counts ? { icon: BadgeCheck } : {})}>
          {service.counts ? t("lengths-counts", { seen: service.seen }) : t("lengths-too-few", { seen: service.seen, enough })}
        </Chip>
      </header>
      {service.people.length === 0 ? (
        <p class="muted">{t("lengths-nobody")}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("lengths-technician")}</th>
              <th scope="col" class="wide">
                {t("lengths-spread")}
              </th>
              <th scope="col">{t("lengths-minutes")}</th>
              <th scope="col">{t("lengths-planned")}</th>
              <th scope="col">{t("lengths-seen")}</th>
            </tr>
          </thead>
          <tbody>
            {service.people.map((person) => (
              <OnePerson key={person.technician_id} person={person} catalog={service.catalog} />
            ))}
          </tbody>
        </table>
      )}
    </article>
  );
}

/** The strip shows half to twice the catalog's minutes. */
function OnePerson({ person, catalog }: { person: Person; catalog: number }) {
  const at = (minutes: number) => `${Math.max(0, Math.min(100, ((minutes / catalog - 0.5) / 1.5) * 100))}%`;
  const told = t("lengths-range", { low: Math.round(person.low), high: Math.round(person.high) });
  return (
    <tr>
      <th scope="row">{pick(person.technician)}</th>
      <td class="wide">
        <div class={person.seen ? "lengths-strip" : "lengths-strip faint"} role="img" aria-label={told} title={told}>
          <i class="range" style={{ insetInlineStart: at(person.low), inlineSize: `calc(${at(person.high)} - ${at(person.low)})` }} />
          <i class="tick" style={{ insetInlineStart: at(catalog) }} />
          <i class="dot" style={{ insetInlineStart: at(person.learned) }} />
        </div>
      </td>
      <td>
        <strong>{number(Math.round(person.learned))}</strong> <span class="muted">{told}</span>
      </td>
      <td>{number(person.planned)}</td>
      <td>{number(person.seen)}</td>
    </tr>
  );
}

function whole(share: number): string {
  return percent(Math.round(share) / 100);
}
