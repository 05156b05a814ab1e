import { ArrowLeftRight, CircleHelp, Info } from "lucide-preact";
import { useState } from "preact/hooks";
import { time } from "@client/format";
import { pick, say } from "@client/i18n";
import { Button, Callout, Icon, Sheet, SkeletonLines } from "@design";
import { useAsked, useTouched, whyNotPath, type WhyNot as Answer } from "../asking";
import { nameOf } from "../names";
import { takeWay } from "../take_way";
import { startOf } from "../timeline/blocks";
import type { Booking, Item, View } from "../types";
import { Effects, Levels } from "../WhatIf";
import { type Chosen, isChosen, Where } from "./Move";
import { shut, shutter } from "./Small";
import { t } from "../words";

/** Why is it not with her, at that time, on that chair? The day is solved again with it, and the difference told. */
export function WhyNot({ wanted, booking, item, view }: { wanted: Partial<Chosen>; booking: Booking; item: Item; view: View }) {
  const [to, setTo] = useState<Chosen>({ start: wanted.start ?? "", technician: wanted.technician ?? "", place: wanted.place ?? "" });
  const [isSending, setSending] = useState(false);
  const path = isChosen(to) ? whyNotPath({ item: item.id, ...to }) : undefined;
  const asked = useAsked<Answer>(path);
  const way = asked?.answer?.way ?? undefined;
  useTouched(way);
  const insist = async () => {
    setSending(true);
    const done = { did: "did-move", args: { name: nameOf(booking) } };
    const close = shutter();
    if (way && path && (await takeWay(way, { path, done }))) close();
    setSending(false);
  };
  return (
    <Sheet
      from="side"
      open
      onClose={shut}
      title={t("why-not-title", { name: nameOf(booking) })}
      actions={
        <>
          <Button onClick={shut}>{t("why-not-leave")}</Button>
          <Button icon={ArrowLeftRight} disabled={!way} working={isSending} onClick={() => void insist()}>
            {t("why-not-insist")}
          </Button>
        </>
      }
    >
      <div class="move">
        <p class="muted">
          {pick(item.service)} · {startOf(item) ? time(startOf(item)!) : t("no-room-yet")}
        </p>
        <Where to={to} onTo={setTo} item={item} view={view} />
        <section class="move-what" aria-live="polite" aria-label={t("why-not")}>
          {!path && (
            <p class="muted">
              <Icon of={CircleHelp} /> {t("why-not-choose")}
            </p>
          )}
          {asked?.state === "asking" && <SkeletonLines count={4} />}
          {asked?.state === "refused" && <p class="alert-text">{asked.sentence}</p>}
          {asked?.answer && <Told answer={asked.answer} />}
        </section>
      </div>
    </Sheet>
  );
}

function Told({ answer }: { answer: Answer }) {
  return (
    <>
      <Callout icon={Info} class="why-not-cause">
        <strong>{answer.cause ? say(answer.cause) : t("why-not-nothing")}</strong>
      </Callout>
      {!answer.possible && <p>{t("why-not-impossible")}</p>}
      {answer.way && (
        <>
          <h3>{t("why-not-cost")}</h3>
          {answer.as_good && <p>{t("why-not-as-good")}</p>}
          <Levels way={answer.way} />
          <Effects way={answer.way} most={answer.way.moves.length} why />
          <p class="muted small">{t("move-pin")}</p>
        </>
      )}
    </>
  );
}
