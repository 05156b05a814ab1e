import { ArrowRight, CircleCheck, TriangleAlert } from "lucide-preact";
import { time } from "@client/format";
import { pick, say } from "@client/i18n";
import { Button, Icon } from "@design";
import { nameOf } from "./names";
import type { Way, WhatIf } from "./what_if";
import { t } from "./words";

const BRIEF = 3;

/** Who else moves, by how much, and which promise breaks. */
export function Consequences({ answer, brief = false }: { answer: WhatIf; brief?: boolean }) {
  if (!answer.asked) {
    return (
      <p class="consequence broken">
        <Icon of={TriangleAlert} /> {answer.said ? say(answer.said) : t("what-if-impossible")}
      </p>
    );
  }
  return <Effects way={answer.asked} most={brief ? BRIEF : answer.asked.moves.length} />;
}

function Effects({ way, most }: { way: Way; most: number }) {
  const { moves } = way;
  return (
    <div class="effects">
      <p class={way.broken ? "consequence broken" : "consequence fine"}>
        <Icon of={way.broken ? TriangleAlert : CircleCheck} />
        <strong>
          {moves.length ? t("what-if-moves", { count: moves.length, minutes: way.minutes }) : t("what-if-nobody")}
          {way.broken > 0 && ` ${t("what-if-breaks", { count: way.broken })}`}
          {way.unserved > 0 && ` ${t("what-if-unserved", { count: way.unserved })}`}
        </strong>
      </p>
      <ul class="effect-list">
        {moves.slice(0, most).map((move) => (
          <li key={move.item_id} class={move.breaks ? "breaks" : ""}>
            <strong>{nameOf(move)}</strong>
            <span class="numbers">
              {move.before ? time(move.before) : "–"} <Icon of={ArrowRight} size="0.9em" /> {move.after ? time(move.after) : t("no-room-yet")}
            </span>
            {move.to_technician && <span class="muted">{pick(move.to_technician)}</span>}
            {move.to_place && <span class="muted">{pick(move.to_place)}</span>}
            {move.breaks && <em>{t("breaks-promise")}</em>}
          </li>
        ))}
        {moves.length > most && <li class="muted">{t("what-if-more", { count: moves.length - most })}</li>}
      </ul>
    </div>
  );
}

/** Other ways, best first. */
export function OtherWays({ ways, onAccept }: { ways: Way[]; onAccept: (way: Way) => void }) {
  if (!ways.length) return null;
  return (
    <>
      <h3>{t("alternatives")}</h3>
      <ul class="alternatives">
        {ways.map((way) => (
          <li key={way.id}>
            <div>
              <p class="alternative-head">
                <strong class="numbers">{way.start && time(way.start)}</strong>
                {way.technician && <span>{pick(way.technician)}</span>}
                {way.place && <span class="muted">{pick(way.place)}</span>}
              </p>
              <p class={way.broken ? "small alert-text" : "small muted"}>
                {way.moves.length ? t("what-if-moves", { count: way.moves.length, minutes: way.minutes }) : t("what-if-nobody")}
                {way.broken > 0 && ` ${t("what-if-breaks", { count: way.broken })}`}
              </p>
            </div>
            <Button onClick={() => onAccept(way)}>{t("alternative-take")}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
