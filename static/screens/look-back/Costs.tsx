import { ArrowRight, ClockAlert, DoorOpen, Footprints, Hourglass, type LucideIcon, ListOrdered, LogIn, Moon, PartyPopper, Rows3, TimerOff } from "lucide-preact";
import { minutes, money, time } from "@client/format";
import { pick, t } from "@client/i18n";
import { EmptyState, Icon } from "@design";
import { type Cost, type Found, type Hit, marked } from "./state";

const SHOWN = 8;

const ICONS: Record<string, LucideIcon> = {
  left: DoorOpen,
  idle: Hourglass,
  absent: Moon,
  off: Moon,
  overran: TimerOff,
  came_late: ClockAlert,
  walk_in: Footprints,
  order: ListOrdered,
  busy: Rows3,
};

/** Which events cost customers, time beyond their windows, and waiting; and what the best plan would have done instead. */
export function Costs({ found }: { found: Found }) {
  return (
    <section aria-labelledby="costs-title">
      <h2 id="costs-title">{t("look-back-costs")}</h2>
      {found.costs.length === 0 ? (
        <EmptyState icon={PartyPopper} title={t("look-back-costs-none")}>
          {t("look-back-costs-none-text")}
        </EmptyState>
      ) : (
        <>
          <p class="muted">{t("look-back-costs-text")}</p>
          <List costs={found.costs.slice(0, SHOWN)} />
          {found.costs.length > SHOWN && <Rest costs={found.costs.slice(SHOWN)} />}
          {found.worse_off > 0 && <p class="muted small">{t("look-back-worse-off", { count: found.worse_off, minutes: found.worse_off_minutes })}</p>}
        </>
      )}
    </section>
  );
}

function List({ costs }: { costs: Cost[] }) {
  return (
    <ol class="costs">
      {costs.map((cost) => (
        <OneCost key={`${cost.cause}${cost.at}${cost.who}${cost.hits[0]?.booking_id}`} cost={cost} />
      ))}
    </ol>
  );
}

/** What cost little, folded. */
function Rest({ costs }: { costs: Cost[] }) {
  const total = (of: "late" | "waited") => costs.reduce((sum, cost) => sum + cost[of], 0);
  return (
    <details class="costs-rest">
      <summary>{t("look-back-costs-rest", { count: costs.length, lost: summed({ unserved: 0, lost_minor: 0, late: total("late"), waited: total("waited") }) })}</summary>
      <List costs={costs} />
    </details>
  );
}

function OneCost({ cost }: { cost: Cost }) {
  const args = { who: cost.who || t("look-back-guest"), technician: cost.technician ? pick(cost.technician) : t("look-back-somebody"), minutes: cost.minutes };
  return (
    <li class="cost">
      <header>
        <time class="numbers">{time(cost.at)}</time>
        <Icon of={ICONS[cost.cause] ?? LogIn} />
        <strong>{t(`look-back-cause-${cost.cause.replace("_", "-")}`, args)}</strong>
        <span class="cost-sum numbers">{summed(cost)}</span>
      </header>
      <ul>
        {cost.hits.map((hit: Hit) => (
          <OneHit key={hit.booking_id} hit={hit} alone={cost.hits.length === 1} />
        ))}
      </ul>
    </li>
  );
}

function summed({ unserved, lost_minor, late, waited }: Pick<Cost, "unserved" | "lost_minor" | "late" | "waited">): string {
  const parts = [
    unserved > 0 && t("look-back-sum-unserved", { count: unserved, money: money(lost_minor) }),
    late > 0 && t("look-back-sum-late", { minutes: minutes(late) }),
    waited > late && t("look-back-sum-waited", { minutes: minutes(waited) }),
  ];
  return parts.filter(Boolean).join(t("look-back-comma"));
}

/** Alone, its loss is that of the event. */
function OneHit({ hit, alone }: { hit: Hit; alone: boolean }) {
  const start = (at: string | null, who: Hit["went_with"]) => (at ? t("look-back-start", { at, who: who ? pick(who) : "" }) : t("look-back-not-served"));
  const on = marked.value === hit.booking_id;
  return (
    <li>
      <button type="button" class={on ? "hit on" : "hit"} aria-pressed={on} onClick={() => (marked.value = on ? undefined : hit.booking_id)}>
        <span class="hit-who">{hit.name || t("look-back-guest")}</span>
        <span class="hit-how numbers">
          <s>{start(hit.went, hit.went_with)}</s> <Icon of={ArrowRight} size="0.9em" label={t("look-back-instead")} /> <span>{start(hit.could, hit.could_with)}</span>
        </span>
        <span class="hit-lost numbers">{!alone && summed({ unserved: hit.went ? 0 : 1, lost_minor: hit.price_minor, late: hit.late, waited: hit.waited })}</span>
      </button>
    </li>
  );
}
