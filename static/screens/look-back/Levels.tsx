import { CircleCheck } from "lucide-preact";
import { minutes, number } from "@client/format";
import { t } from "@client/i18n";
import { Icon } from "@design";
import type { Found } from "./state";

type Level = Found["levels"][number];

const IN_MINUTES = new Set(["late", "waiting", "overtime"]);

/** What was lost, level by level in the order that the planner minds: what nobody could have avoided, and what could have been. */
export function Levels({ found }: { found: Found }) {
  return (
    <section class="levels" aria-labelledby="levels-title">
      <h2 id="levels-title">{t("look-back-levels")}</h2>
      <p class="levels-who">{t("look-back-who", { came: found.came, walk_ins: found.walk_ins, stayed_away: found.stayed_away })}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("look-back-level")}</th>
            <th scope="col" class="wide">
              <Legend />
            </th>
            <th scope="col">{t("look-back-went")}</th>
            <th scope="col">{t("look-back-could")}</th>
            <th scope="col">{t("look-back-lost")}</th>
          </tr>
        </thead>
        <tbody>
          {found.levels.map((level: Level) => (
            <OneLevel key={level.name} level={level} found={found} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Legend() {
  return (
    <span class="levels-legend" aria-hidden="true">
      <i class="least" /> {t("look-back-key-least")}
      <i class="open" /> {t("look-back-key-open")}
      <i class="lost" /> {t("look-back-key-lost")}
    </span>
  );
}

function OneLevel({ level, found }: { level: Level; found: Found }) {
  const told = (value: number) => (IN_MINUTES.has(level.name) ? minutes(value) : number(value));
  const lost = level.went - level.could;
  return (
    <tr>
      <th scope="row">
        {t(`look-back-level-${level.name}`)}
        {level.name === "broken" && <span class="muted small"> {t("look-back-of", { count: found.windows })}</span>}
      </th>
      <td class="wide">
        <Bar level={level} />
      </td>
      <td class="numbers">
        <strong>{told(level.went)}</strong>
      </td>
      <td class="numbers">{told(level.could)}</td>
      <td class={lost > 0 ? "numbers lost" : "numbers muted"}>
        {lost > 0 ? told(lost) : level.went === 0 ? <Icon of={CircleCheck} label={t("look-back-nothing")} /> : lost < 0 ? t("look-back-more", { by: told(-lost) }) : t("look-back-nothing")}
      </td>
    </tr>
  );
}

/** As long as the greater of both days; the best plan may wait longer so that windows are kept. */
function Bar({ level }: { level: Level }) {
  const most = Math.max(level.went, level.could);
  if (most === 0) return <div class="levels-bar none" aria-hidden="true" />;
  const share = (value: number) => `${(value / most) * 100}%`;
  const least = Math.min(level.least ?? 0, level.could, level.went);
  const could = Math.min(level.could, level.went);
  return (
    <div class="levels-bar" aria-hidden="true">
      <i class="least" style={{ inlineSize: share(least) }} />
      <i class="open" style={{ inlineSize: share(could - least) }} />
      <i class="lost" style={{ inlineSize: share(Math.max(0, level.went - level.could)) }} />
      <i class="more" style={{ inlineSize: share(Math.max(0, level.could - level.went)) }} />
    </div>
  );
}
