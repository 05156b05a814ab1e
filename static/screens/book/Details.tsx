import { Timer } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { hubNow } from "@client/clock";
import { Refusal, send } from "@client/door";
import { listed, visitDay, visitTime } from "@client/format";
import { language, pick, t } from "@client/i18n";
import { newId } from "@client/ids";
import { Button, Countdown, EmptyState, Icon, SegmentedControl, TextArea, TextInput } from "@design";
import { back, chosenServices, details, hold, type BookView } from "./state";

export function Details({ view }: { view: BookView }) {
  const held = hold.value;
  if (!held) {
    return <EmptyState title={t("hold-gone")} action={{ label: t("choose-time"), onClick: back }} />;
  }
  return (
    <>
      <h1>{t("details-title")}</h1>
      <section class="held">
        <p class="held-time">
          {visitDay(held.slot.start)} <strong>{visitTime(held.slot.start)}</strong>
        </p>
        <p>{listed(chosenServices.value.map((each) => pick(each.name)))}</p>
        <p class="held-left">
          <Icon of={Timer} /> {t("hold-left")} <Left until={held.expires_at} />
        </p>
      </section>
      <Form key={held.booking_id} view={view} />
    </>
  );
}

/** What is left of the hold; when it has run out, the time is to be chosen again. */
function Left({ until }: { until: string }) {
  const over = hubNow() >= Date.parse(until);
  useEffect(() => {
    if (over) hold.value = undefined;
  }, [over]);
  return over ? null : <Countdown to={until} />;
}

function Form({ view }: { view: BookView }) {
  const { name, phone, title, note } = details.value;
  const put = (typed: Partial<typeof details.value>) => (details.value = { ...details.value, ...typed });
  const [consent, setConsent] = useState(false);
  const [tries, setTries] = useState(0);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Refusal | Error>();
  const [id, setId] = useState(newId);

  // Before it can be sent: other data under the same id would be answered with the first try's.
  useLayoutEffect(() => setId(newId()), [name, phone, title, note, consent, language.value]);

  // What is wrong is brought into sight: it may lie above, or below the bar.
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    if (!tries) return;
    const fault = form.current!.querySelector<HTMLElement>('[aria-invalid="true"], [type="checkbox"]:not(:checked), [role="alert"]');
    fault?.focus({ preventScroll: true });
    fault?.scrollIntoView({ block: "center" });
  }, [tries, problem]);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTries(tries + 1);
    const held = hold.value;
    if (!held || !name.trim() || !phone.trim() || !consent) return;
    setWorking(true);
    setProblem(undefined);
    try {
      const { booking_id, hold_token } = held;
      const data = { booking_id, hold_token, name, phone, email: null, title, note, language: language.value, consent };
      const { result } = await send("bookings.confirm_hold", data, { id });
      location.assign(`/v/${result.link}?new`);
    } catch (error) {
      setProblem(error as Error);
      setWorking(false);
      if (error instanceof Refusal && error.code === "hold_expired") hold.value = undefined;
    }
  };
  const wrongPhone = problem instanceof Refusal && problem.code === "invalid_phone" ? problem.message : undefined;
  return (
    <form ref={form} class="details" onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label={t("name-label")}
        value={name}
        onValue={(typed) => put({ name: typed })}
        autoComplete="name"
        maxLength={200}
        {...(tries > 0 && !name.trim() ? { error: t("name-missing") } : {})}
      />
      <SegmentedControl
        label={t("title-label")}
        value={title}
        onValue={(chosen) => put({ title: chosen })}
        options={(["ms", "mr", "none"] as const).map((value) => ({ value, label: t(`title-${value}`) }))}
      />
      <TextInput
        label={t("phone-label")}
        hint={t("phone-hint")}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        maxLength={40}
        value={phone}
        onValue={(typed) => put({ phone: typed })}
        {...(wrongPhone ? { error: wrongPhone } : tries > 0 && !phone.trim() ? { error: t("phone-missing") } : {})}
      />
      <TextArea label={t("note-label")} optional value={note} onValue={(typed) => put({ note: typed })} maxLength={2000} />
      <label class="consent">
        <input type="checkbox" checked={consent} onChange={(event) => setConsent(event.currentTarget.checked)} />
        <span>{t("consent", { store: view.store.name })}</span>
      </label>
      {tries > 0 && !consent && (
        <p class="details-problem" role="alert">
          {t("consent-missing")}
        </p>
      )}
      {problem && !wrongPhone && (
        <p class="details-problem" role="alert">
          {problem.message}
        </p>
      )}
      <footer class="book-bar">
        <Button type="submit" variant="primary" size="md" wide working={working}>
          {t("confirm")}
        </Button>
      </footer>
    </form>
  );
}
