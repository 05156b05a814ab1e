import { minutes, money, number } from "@client/format";
import { t } from "@client/i18n";
import type { Cost, Found } from "./state";

/** The day in four figures: what was lost that somebody could have kept. */
export function Verdict({ found }: { found: Found }) {
  const lost = (name: string) => {
    const level = found.levels.find((each: Found["levels"][number]) => each.name === name);
    return level ? Math.max(0, level.went - level.could) : 0;
  };
  const paid = found.costs.reduce((sum: number, cost: Cost) => sum + cost.lost_minor, 0);
  const figures: [string, string, number, string][] = [
    ["customers", number(lost("unserved")), lost("unserved"), t("look-back-verdict-money", { money: money(paid) })],
    ["promises", number(lost("broken")), lost("broken"), t("look-back-verdict-of", { kept: found.kept, windows: found.windows })],
    ["late", minutes(lost("late")), lost("late"), ""],
    ["waiting", minutes(lost("waiting")), lost("waiting"), ""],
  ];
  return (
    <ul class="verdict" aria-label={t("look-back-levels")}>
      {figures.map(([name, told, value, more]) => (
        <li key={name} class={value > 0 ? "lost" : "kept"}>
          <strong class="numbers">{told}</strong>
          <span>{t(`look-back-verdict-${name}`)}</span>
          {more && (value > 0 || name === "promises") && <span class="muted small">{more}</span>}
        </li>
      ))}
    </ul>
  );
}
