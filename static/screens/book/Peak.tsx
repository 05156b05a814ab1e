import { Crown } from "lucide-preact";
import { listed, weekdayName } from "@client/format";
import { t } from "@client/i18n";
import { Icon } from "@design";
import type { BookView } from "./state";

type Rule = BookView["peak"];

const WEEK = 7;
const HOURS_A_DAY = 24;

/** The store's published rule: which times are peak times, and how early each tier may book them. */
export function Peak({ rule }: { rule: Rule }) {
  return (
    <details class="peak">
      <summary>
        <Icon of={Crown} /> {t("peak-title")}
      </summary>
      <ul class="peak-windows">
        {rule.windows.map((each, index) => (
          <li key={index}>{t("peak-window", { days: daysOf(each.weekdays), begins: each.begins, ends: each.ends })}</li>
        ))}
      </ul>
      <dl>
        {leadsOf(rule).map(({ name, hours }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{hours % HOURS_A_DAY === 0 ? t("peak-lead", { days: hours / HOURS_A_DAY }) : t("peak-lead-hours", { hours })}</dd>
          </div>
        ))}
      </dl>
      <p>
        {t("peak-know-me")} <a href="/my-visits">{t("peak-sign-in")}</a>
      </p>
    </details>
  );
}

function daysOf(weekdays: number[]): string {
  if (weekdays.length === WEEK) return t("peak-every-day");
  return listed(weekdays.map((each) => weekdayName(each)));
}

/** The tiers that come before everybody, the highest first, then everybody else in one line. */
function leadsOf({ leads }: Rule): { name: string; hours: number }[] {
  const least = Math.min(...leads.map((each) => each.hours));
  const before = leads.filter((each) => each.hours > least);
  return [
    ...before.map((each) => ({ name: t(`peak-tier-${each.tier}`), hours: each.hours })),
    { name: t(before.length ? "peak-everybody" : "peak-all"), hours: least },
  ];
}
