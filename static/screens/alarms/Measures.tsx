import { useLayoutEffect, useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { Button, toast } from "@design";

const MOST = 10_000;
const WEEK_MINUTES = 10_080;
const within = (typed: string, most: number) => /^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= most;

type Measure = ViewOf<"alarms">["measures"][number];

/** From when on each rule speaks; a manager may set it to what is usual in this store. */
export function Measures({ measures }: { measures: readonly Measure[] }) {
  return (
    <details class="measures">
      <summary class="unfolds">
        {t("alarms-measures")}
      </summary>
      <p class="muted small">{t("alarms-measures-text")}</p>
      <p class="measure-head small muted" aria-hidden="true">
        <span>{t("alarms-measure-count")}</span>
        <span>{t("alarms-measure-minutes")}</span>
      </p>
      {measures.map((measure) => (
        <One key={measure.rule} measure={measure} />
      ))}
    </details>
  );
}

function One({ measure }: { measure: Measure }) {
  const [count, setCount] = useState(String(measure.count));
  const [minutes, setMinutes] = useState(String(measure.minutes));
  const [on, setOn] = useState(measure.is_on);
  // What somebody else has set meanwhile comes in, too.
  useLayoutEffect(() => {
    setCount(String(measure.count));
    setMinutes(String(measure.minutes));
    setOn(measure.is_on);
  }, [measure.count, measure.minutes, measure.is_on]);
  const fits = within(count, MOST) && within(minutes, WEEK_MINUTES);
  const changed = Number(count) !== measure.count || Number(minutes) !== measure.minutes || on !== measure.is_on;
  const save = async () => {
    if (!fits || !changed) return;
    try {
      await send("alarms.set_limit", { rule: measure.rule as never, is_on: on, count: Number(count), minutes: Number(minutes) });
      toast(t("alarms-saved"));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  const name = t(`alarms-rule-${measure.rule}`);
  return (
    <form
      class="measure"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label class="measure-on">
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.currentTarget.checked)} /> {name}
      </label>
      <label>
        <span class="small muted measure-word">{t("alarms-measure-count")}</span>
        <input class="input" type="number" min="1" max={MOST} aria-invalid={!within(count, MOST) || undefined} value={count} onInput={(e) => setCount(e.currentTarget.value)} />
      </label>
      <label>
        <span class="small muted measure-word">{t("alarms-measure-minutes")}</span>
        <input class="input" type="number" min="1" max={WEEK_MINUTES} aria-invalid={!within(minutes, WEEK_MINUTES) || undefined} value={minutes} onInput={(e) => setMinutes(e.currentTarget.value)} />
      </label>
      <Button type="submit" disabled={!changed || !fits}>
        {t("alarms-save")}
      </Button>
      {!fits && (
        <p class="small measure-wrong" role="alert">
          {within(count, MOST) ? t("alarms-minutes-wrong", { most: WEEK_MINUTES }) : t("alarms-count-wrong", { most: MOST })}
        </p>
      )}
    </form>
  );
}
