import { Hourglass } from "lucide-preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { send } from "@client/door";
import { day as dayName, noon } from "@client/format";
import { addTexts, language, t } from "@client/i18n";
import { newId } from "@client/ids";
import { Button, Select, Sheet, TextInput } from "@design";
import { catalog, wanted } from "./state";

addTexts(import.meta.glob("@locales/*/waitlist.ftl", { query: "?raw", import: "default", eager: true }));

type Part = "any" | "morning" | "afternoon" | "evening";
const TIMES: Record<Part, { time_from: string | null; time_until: string | null }> = {
  any: { time_from: null, time_until: null },
  morning: { time_from: null, time_until: "11:59" },
  afternoon: { time_from: "12:00", time_until: null },
  evening: { time_from: "17:00", time_until: null },
};

/** A full day: wait for room instead. `days` are those of the strip, of which the last can be waited for at most. */
export function Waitlist({ day, days }: { day: string; days: string[] }) {
  const [open, setOpen] = useState(false);
  return (
    <section class="wait">
      <p>{t("waitlist-join-hint")}</p>
      <Button icon={Hourglass} size="md" wide onClick={() => setOpen(true)}>
        {t("waitlist-join")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={t("waitlist-join-title")}>
        <Form day={day} days={days.filter((each) => each >= day)} />
      </Sheet>
    </section>
  );
}

function nameOf(date: string): string {
  return dayName(noon(date));
}

function Form({ day, days }: { day: string; days: string[] }) {
  const [until, setUntil] = useState(day);
  const [part, setPart] = useState<Part>("any");
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [consent, setConsent] = useState(false);
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [id, setId] = useState(newId);
  /** Another wish is another command. */
  const change = <V,>(set: (value: V) => void) => (value: V) => {
    set(value);
    setId(newId());
  };
  useLayoutEffect(() => setId(newId()), [language.value, JSON.stringify(wanted.value)]);
  const store = catalog.view.value?.store.name[language.value] ?? "";
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || !phone.trim() || !consent) return;
    setWorking(true);
    setProblem(undefined);
    const { services: ids, ...whom } = wanted.value;
    const services = ids.map((service_id) => ({ service_id, ...whom }));
    const when = { date_from: day, date_to: until, ...TIMES[part] };
    try {
      const { result } = await send(
        "waitlist.join",
        { services, ...when, name, phone, title: "none", language: language.value, consent },
        { id },
      );
      location.assign(`/w/${result.link}`);
    } catch (error) {
      setProblem((error as Error).message);
      setWorking(false);
    }
  };
  return (
    <form class="details" onSubmit={(event) => void submit(event)} noValidate>
      <Select
        label={t("waitlist-days-label")}
        value={until}
        onValue={change(setUntil)}
        options={days.map((each) => ({ value: each, label: t(each === day ? "waitlist-only-day" : "waitlist-until-day", { day: nameOf(each) }) }))}
      />
      <Select
        label={t("waitlist-part-label")}
        value={part}
        onValue={(value) => change(setPart)(value as Part)}
        options={(Object.keys(TIMES) as Part[]).map((value) => ({ value, label: t(`waitlist-part-${value}`) }))}
      />
      <TextInput
        label={t("name-label")}
        value={name}
        onValue={change(setName)}
        autoComplete="name"
        maxLength={200}
        {...(tried && !name.trim() ? { error: t("name-missing") } : {})}
      />
      <TextInput
        label={t("phone-label")}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        maxLength={40}
        value={phone}
        onValue={change(setPhone)}
        {...(tried && !phone.trim() ? { error: t("phone-missing") } : {})}
      />
      <label class="consent">
        <input type="checkbox" checked={consent} onChange={(event) => change(setConsent)(event.currentTarget.checked)} />
        <span>{t("waitlist-consent", { store })}</span>
      </label>
      {tried && !consent && (
        <p class="details-problem" role="alert">
          {t("consent-missing")}
        </p>
      )}
      {problem && (
        <p class="details-problem" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" variant="primary" size="md" wide working={working}>
        {t("waitlist-join")}
      </Button>
    </form>
  );
}
