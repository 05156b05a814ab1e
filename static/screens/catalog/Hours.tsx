import { CalendarOff, DoorOpen, Moon } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { day, noon, weekdayName } from "@client/format";
import { pick, t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Callout, Chip, Form, Select, TextInput, toast } from "@design";
import { TimeInput } from "@design/TimeInput";
import { BothNames, isSaid } from "./Both";
import type { View } from "./Catalog";
import { Check } from "./ServiceDialog";

type Line = View["hours"][number];
type Special = View["special_days"][number];


function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

/** The usual week, and the days that are not usual. */
export function Hours({ view }: { view: View }) {
  return (
    <div class="catalog-two">
      <section class="catalog-card">
        <h2>{t("catalog-week")}</h2>
        <ul class="catalog-week">
          {(view.hours as Line[]).map((line) => (
            <Weekday key={line.weekday} line={line} usual={(view.hours as Line[]).find((each) => each.opens)} />
          ))}
        </ul>
        <BusinessDay view={view} />
      </section>
      <section class="catalog-card">
        <h2>{t("catalog-special")}</h2>
        <Check
          label={t("catalog-by-law")}
          checked={view.rules.closed_on_public_holidays}
          onChecked={(closed) => void send("catalog.set_house_rules", { closed_on_public_holidays: closed, waiting_room_name: null, call_repeat_seconds: null, waiting_area: null }).catch(complain)}
        />
        <Close view={view} />
        <ul class="catalog-days">
          {(view.special_days as Special[]).map((each) => (
            <SpecialDay key={each.date} special={each} byLaw={view.rules.closed_on_public_holidays} />
          ))}
        </ul>
      </section>
    </div>
  );
}

/** When a new day begins. Of a store that is open past midnight it proposes the hour that leaves every evening whole. */
function BusinessDay({ view }: { view: View }) {
  const [tries, setTries] = useState(0);
  const put = async (begins: string) => {
    try {
      await send("catalog.set_business_day", { begins });
      toast(t("catalog-day-kept", { begins }));
    } catch (error) {
      setTries(tries + 1);
      complain(error);
    }
  };
  const proposed = view.day_begin_proposed;
  return (
    <div class="catalog-day" key={tries}>
      <Select label={t("catalog-day-begins")} value={view.store.day_begins} onValue={(begins) => void put(begins)} options={view.day_begins.map((value: string) => ({ value, label: value }))} />
      <p class="muted small">{t(view.store.day_begins === "00:00" ? "catalog-day-midnight" : "catalog-day-text", { begins: view.store.day_begins })}</p>
      {proposed && (
        <Callout as="div" class="catalog-late" role="status">
          <span>{t("catalog-day-late")}</span>
          <Button icon={Moon} onClick={() => void put(proposed)}>
            {t("catalog-day-put", { begins: proposed })}
          </Button>
        </Callout>
      )}
    </div>
  );
}

function Weekday({ line, usual }: { line: Line; usual: Line | undefined }) {
  const weekday = weekdayName(line.weekday, "long");
  // What the hub refuses is not left standing in the field.
  const [tries, setTries] = useState(0);
  const put = async (opens: string | null, closes: string | null) => {
    try {
      await send("catalog.set_opening_hours", { weekday: line.weekday, opens, closes });
      toast(t("catalog-hours-kept"));
    } catch (error) {
      setTries(tries + 1);
      complain(error);
    }
  };
  return (
    <li class={line.opens ? "catalog-weekday" : "catalog-weekday closed"} data-weekday={line.weekday}>
      <span class="catalog-weekday-name">{weekday}</span>
      <Check label={t("catalog-open")} checked={line.opens !== null} onChecked={(open) => void put(open ? (usual?.opens ?? "10:00") : null, open ? (usual?.closes ?? "20:00") : null)} />
      {line.opens !== null && line.closes !== null && (
        <span class="catalog-times" key={tries}>
          <TimeInput label={t("catalog-opens", { day: weekday })} value={line.opens} onValue={(opens) => void put(opens, line.closes)} />
          <span aria-hidden="true">–</span>
          <TimeInput label={t("catalog-closes", { day: weekday })} value={line.closes} onValue={(closes) => void put(line.opens, closes)} />
          {line.closes <= line.opens && <span class="muted small">{t("catalog-next-date")}</span>}
        </span>
      )}
    </li>
  );
}

function Close({ view }: { view: View }) {
  const [date, setDate] = useState("");
  const [name, setName] = useState({ zh: "", en: "" });
  const { working, problem, run } = useTry();
  const close = () =>
    run(async () => {
      await send("catalog.close_day", { date, name });
      setDate("");
      setName({ zh: "", en: "" });
    });
  const ready = date !== "" && isSaid(name);
  return (
    <Form class="catalog-form" ready={ready} onSend={() => void close()}>
      <TextInput label={t("catalog-date")} type="date" min={view.today} value={date} onValue={setDate} {...(problem && { error: problem })} />
      <BothNames label={t("catalog-why")} value={name} onValue={setName} />
      <Button type="submit" icon={CalendarOff} working={working} disabled={!ready}>
        {t("catalog-close-day")}
      </Button>
    </Form>
  );
}

function SpecialDay({ special, byLaw }: { special: Special; byLaw: boolean }) {
  const { date, holiday, closed } = special;
  const shut = closed !== null || (byLaw && holiday !== null);
  return (
    <li>
      <time dateTime={date}>{day(noon(date))}</time>
      <span class="catalog-day-name">{pick(closed ?? holiday!)}</span>
      <Chip tone={shut ? "clay" : "ok"}>{t(shut ? "catalog-is-closed" : "catalog-is-open")}</Chip>
      {closed ? (
        <Button variant="ghost" icon={DoorOpen} onClick={() => void send("catalog.reopen_day", { date }).catch(complain)}>
          {t("catalog-reopen")}
        </Button>
      ) : (
        !shut && (
          <Button variant="ghost" icon={CalendarOff} onClick={() => void send("catalog.close_day", { date, name: holiday! }).catch(complain)}>
            {t("catalog-close-day")}
          </Button>
        )
      )}
    </li>
  );
}
