import { CalendarOff, CalendarX } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Chip, Form, Select, TextInput, toast } from "@design";
import type { Technician, View } from "./Team";

type Absence = Technician["absences"][number];

/** Leave and sickness: what lasts or comes, and whole days to add. */
export function Absences({ view, person }: { view: View; person: Technician }) {
  const [kind, setKind] = useState<"leave" | "sick">("leave");
  const [first, setFirst] = useState(view.today as string);
  const [last, setLast] = useState(view.today as string);
  const { working, problem, run } = useTry();
  const add = () =>
    run(async () => {
      await send("team.note_days_off", { technician_id: person.id, first, last, kind });
      toast(t("team-away-kept"));
    });
  return (
    <section class="team-card" aria-label={t("team-away")}>
      <h2>{t("team-away")}</h2>
      {person.absences.length === 0 && <p class="muted">{t("team-away-none")}</p>}
      <ul class="team-absences">
        {(person.absences as Absence[]).map((absence) => (
          <li key={absence.id}>
            <Chip tone={absence.kind === "sick" ? "alert" : "neutral"}>{t(`team-away-${absence.kind}`)}</Chip>
            <span class="numbers">
              {dayAndTime(absence.start)} – {absence.end ? dayAndTime(absence.end) : t("team-away-open")}
            </span>
            <Button
              variant="ghost"
              icon={CalendarX}
              onClick={() => void send("team.end_absence", { absence_id: absence.id }).catch((error: Error) => toast(error.message, { tone: "alert" }))}
            >
              {t("team-away-end")}
            </Button>
          </li>
        ))}
      </ul>
      <Form class="team-fields" ready={first !== "" && last >= first} onSend={() => void add()}>
        <Select
          label={t("team-away-kind")}
          value={kind}
          onValue={(value) => setKind(value as typeof kind)}
          options={(["leave", "sick"] as const).map((value) => ({ value, label: t(`team-away-${value}`) }))}
        />
        <TextInput label={t("team-away-first")} type="date" value={first} onValue={setFirst} />
        <TextInput label={t("team-away-last")} type="date" value={last} onValue={setLast} {...(problem && { error: problem })} />
        <Button type="submit" icon={CalendarOff} working={working} disabled={first === "" || last < first}>
          {t("team-away-add")}
        </Button>
      </Form>
    </section>
  );
}
