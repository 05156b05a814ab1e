import { Plus, Save, Trash2 } from "lucide-preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { send } from "@client/door";
import { weekdayName } from "@client/format";
import { t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Form, IconButton, TextInput, toast } from "@design";
import { TimeInput } from "@design/TimeInput";
import type { View } from "./Catalog";
import { Check } from "./ServiceDialog";

type Window = View["peak"]["windows"][number];
type Tier = View["peak"]["leads"][number]["tier"];

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
const EVENING: Window = { weekdays: [4, 5], begins: "18:00", ends: "20:00" };
const WINDOWS_MOST = 14;
const HOURS_MOST = 180 * 24; // nobody may book further ahead

/** Who may book peak times how early; published at /book as it stands here. */
export function Peak({ view }: { view: View }) {
  const { peak } = view;
  const [windows, setWindows] = useState(peak.windows);
  const [leads, setLeads] = useState(peak.leads);
  const { working, problem, run } = useTry();
  useLayoutEffect(() => {
    setWindows(peak.windows);
    setLeads(peak.leads);
  }, [JSON.stringify(peak)]);
  const put = (index: number, change: Partial<Window>) => setWindows(windows.map((each, at) => (at === index ? { ...each, ...change } : each)));
  const lead = (tier: Tier, hours: number) => setLeads(leads.map((each) => (each.tier === tier ? { tier, hours } : each)));
  const hoursOf = (tier: Tier) => leads.find((each) => each.tier === tier)!.hours;
  const keep = () =>
    run(async () => {
      const lead_hours = { none: hoursOf("none"), regular: hoursOf("regular"), silver: hoursOf("silver"), gold: hoursOf("gold"), diamond: hoursOf("diamond") };
      await send("bookings.set_priority_rule", { windows, lead_hours });
      toast(t("catalog-peak-kept"));
    });
  const ready = windows.every((each) => each.weekdays.length > 0) && leads.every(({ hours }) => Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MOST);
  return (
    <section class="catalog-card">
      <h2>{t("catalog-peak")}</h2>
      <p class="muted">{t("catalog-peak-text")}</p>
      <Form class="catalog-peak" ready={ready} onSend={() => void keep()}>
        {windows.length === 0 && <p>{t("catalog-peak-none")}</p>}
        {windows.map((each, index) => (
          <Times key={index} window={each} onWindow={(change) => put(index, change)} onRemove={() => setWindows(windows.filter((_, at) => at !== index))} />
        ))}
        <Button icon={Plus} disabled={windows.length >= WINDOWS_MOST} onClick={() => setWindows([...windows, EVENING])}>
          {t("catalog-peak-add")}
        </Button>
        <h3>{t("catalog-peak-leads")}</h3>
        <div class="catalog-leads">
          {leads.map(({ tier, hours }) => (
            <TextInput key={tier} label={t(`catalog-tier-${tier}`)} type="number" min={1} max={HOURS_MOST} value={String(hours)} onValue={(typed: string) => lead(tier, Number(typed))} />
          ))}
        </div>
        {problem && (
          <p class="alert-text" role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" variant="primary" icon={Save} working={working} disabled={!ready}>
          {t("catalog-keep")}
        </Button>
      </Form>
    </section>
  );
}

function Times({ window, onWindow, onRemove }: { window: Window; onWindow: (change: Partial<Window>) => void; onRemove: () => void }) {
  const toggle = (day: number, on: boolean) => onWindow({ weekdays: WEEKDAYS.filter((each) => (each === day ? on : window.weekdays.includes(each))) });
  return (
    <div class="catalog-peak-window">
      <div class="catalog-peak-days">
        {WEEKDAYS.map((day) => (
          <Check key={day} label={weekdayName(day)} checked={window.weekdays.includes(day)} onChecked={(on) => toggle(day, on)} />
        ))}
      </div>
      <span class="catalog-times">
        <TimeInput label={t("catalog-peak-begins")} value={window.begins} onValue={(begins) => onWindow({ begins })} />
        <span aria-hidden="true">–</span>
        <TimeInput label={t("catalog-peak-ends")} value={window.ends} onValue={(ends) => onWindow({ ends })} />
      </span>
      <IconButton of={Trash2} label={t("catalog-peak-remove")} onClick={onRemove} />
    </div>
  );
}
