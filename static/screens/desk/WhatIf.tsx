import { ArrowRight, CircleCheck, TrendingDown, TrendingUp, TriangleAlert } from "lucide-preact";
import { time } from "@client/format";
import { pick, say } from "@client/i18n";
import { Button, Icon, SkeletonLines } from "@design";
import type { Asked, Way, WhatIf } from "./asking";
import { nameOf } from "./names";
import { t } from "./words";
import "./what_if.css";

const BRIEF = 3;
const SHOWN = 4; // more are folded, so that the other ways are in sight

type Effect = Way["moves"][number];

/** Who else moves, by how much, and which promise breaks. */
export function Consequences({ answer, brief = false }: { answer: WhatIf; brief?: boolean }) {
  if (!answer.asked) {
    return (
      <p class="consequence broken">
        <Icon of={TriangleAlert} /> {answer.said ? say(answer.said) : t("what-if-impossible")}
      </p>
    );
  }
  return <Effects way={answer.asked} most={brief ? BRIEF : answer.asked.moves.length} why={!brief} />;
}

export function isHard(way: Way): boolean {
  return way.broken + way.unserved + way.cancelled > 0;
}

/** In one line: how many move, and what breaks. */
export function summary(way: Way): string {
  const moved = (way.moves as Effect[]).filter((move) => move.after).length;
  // Of the one whom it is about: they are not among the others.
  const own = way.start ? way.broken - new Set((way.moves as Effect[]).filter((move) => move.breaks).map((move) => move.booking_id)).size : 0;
  // Whoever loses their room does more than move.
  const still = !way.unserved && t(way.start ? "what-if-nobody" : "what-if-nobody-all");
  return [
    moved ? t(way.start ? "what-if-moves" : "what-if-moves-all", { count: moved, minutes: way.minutes }) : still,
    own > 0 && way.start && t("what-if-breaks-own", { at: Date.parse(way.start) }),
    way.broken > own && t("what-if-breaks", { count: way.broken - own }),
    way.unserved > 0 && t("what-if-unserved", { count: way.unserved }),
    way.cancelled > 0 && t("what-if-cancels", { count: way.cancelled }),
  ]
    .filter(Boolean)
    .join(" ")
    .replace(/^· /, "");
}

/** The same while it is asked for, where there is little room. */
export function Preview({ asked }: { asked: Asked<WhatIf> | undefined }) {
  if (!asked) return null;
  const way = asked.answer?.asked;
  const tone = asked.state === "asking" ? "asking" : !way || isHard(way) ? "broken" : "fine";
  const words = way ? summary(way) : asked.state === "asking" ? t("what-if-asking") : asked.answer?.said ? say(asked.answer.said) : asked.sentence;
  return (
    <span class={`preview ${tone}`} role="status">
      {asked.state !== "asking" && <Icon of={tone === "broken" ? TriangleAlert : CircleCheck} size="1em" />} {words}
    </span>
  );
}

export function Effects({ way, most, why = false }: { way: Way; most: number; why?: boolean }) {
  return (
    <div class="effects">
      <p class={isHard(way) ? "consequence broken" : "consequence fine"}>
        <Icon of={isHard(way) ? TriangleAlert : CircleCheck} />
        <strong>{summary(way)}</strong>
      </p>
      <EffectList moves={way.moves} most={most} why={why} />
    </div>
  );
}

function EffectList({ moves, most, why }: { moves: Effect[]; most: number; why: boolean }) {
  return (
    <ul class="effect-list">
      {moves.slice(0, most).map((move) => (
        <li key={move.item_id} class={move.breaks || !move.after ? "breaks" : ""}>
          <strong>{nameOf(move)}</strong>
          <span class="numbers">
            {move.before ? time(move.before) : "–"}
            {move.before !== move.after && (
              <>
                {" "}
                <Icon of={ArrowRight} size="0.9em" /> {move.after ? time(move.after) : t(move.cancelled ? "what-if-cancelled" : "what-if-no-room")}
              </>
            )}
          </span>
          {move.to_technician && <span class="muted">{pick(move.to_technician)}</span>}
          {move.to_place && <span class="muted">{pick(move.to_place)}</span>}
          {move.breaks && <em>{t("breaks-promise-by", { minutes: move.late })}</em>}
          {why && <small class="muted effect-why">{say(move.reason)}</small>}
        </li>
      ))}
      {moves.length > most && <li class="muted">{t("what-if-more", { count: moves.length - most })}</li>}
    </ul>
  );
}

/** What the whole day loses and gains, what counts most first. */
export function Levels({ way }: { way: Way }) {
  const levels: Way["levels"] = way.levels;
  if (!levels.length) return null;
  return (
    <ul class="levels">
      {levels.map(({ level, by }) => (
        <li key={level} class={by > 0 ? "worse" : "better"}>
          <Icon of={by > 0 ? TrendingUp : TrendingDown} size="1em" />
          {t(`level-${level.replaceAll("_", "-")}-${by > 0 ? "more" : "less"}`, { by: Math.abs(by) })}
        </li>
      ))}
    </ul>
  );
}

/** One way as it can be taken. */
export function WayCard({ way, title, onTake, working, first = false }: { way: Way; title: string; onTake?: () => void; working?: boolean; first?: boolean }) {
  const at = [way.start && time(way.start), way.technician && pick(way.technician), way.place && pick(way.place)].filter(Boolean).join(" · ");
  return (
    <article class={first ? "way first" : "way"} data-way={way.kind}>
      <header class="way-head">
        <div>
          <h4>{title}</h4>
          {at && <p class="numbers">{at}</p>}
        </div>
        {onTake && (
          <Button onClick={onTake} working={working ?? false}>
            {t("alternative-take")}
          </Button>
        )}
      </header>
      <p class={isHard(way) ? "consequence broken" : "consequence fine"}>
        <Icon of={isHard(way) ? TriangleAlert : CircleCheck} /> <strong>{summary(way)}</strong>
      </p>
      {first && way.moves.length <= SHOWN ? (
        <EffectList moves={way.moves} most={SHOWN} why />
      ) : (
        way.moves.length > 0 && (
          <details>
            <summary class="small">{t("what-if-who")}</summary>
            <EffectList moves={way.moves} most={way.moves.length} why />
          </details>
        )
      )}
    </article>
  );
}

/** What was asked for and the other ways, best first. */
export function Ways({ asked, onTake, title, working = false }: { title?: (way: Way) => string; asked: Asked<WhatIf> | undefined; onTake: (way: Way) => void; working?: boolean }) {
  if (!asked || asked.state === "asking") return <SkeletonLines count={5} />;
  if (!asked.answer) return <p class="alert-text">{asked.sentence}</p>;
  const { answer } = asked;
  const others: Way[] = answer.others;
  return (
    <div class="ways">
      {answer.asked ? <WayCard way={answer.asked} title={title ? title(answer.asked) : t("way-asked")} first /> : <Consequences answer={answer} />}
      <OtherWays ways={others} onAccept={onTake} working={working} />
    </div>
  );
}

/** Other ways, best first. */
export function OtherWays({ ways, onAccept, working = false }: { ways: Way[]; onAccept: (way: Way) => void; working?: boolean }) {
  if (!ways.length) return null;
  return (
    <section class="alternatives">
      <h3>{t("alternatives")}</h3>
      {ways.map((way) => (
        <WayCard key={way.id} way={way} title={t(`way-${way.kind.replaceAll("_", "-")}`)} onTake={() => onAccept(way)} working={working} />
      ))}
    </section>
  );
}
