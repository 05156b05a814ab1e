import { Save, TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { day, listed, time } from "@client/format";
import { addTexts, pick, t } from "@client/i18n";
import { Button } from "./Button";
import { SegmentedControl, TextArea, TextInput } from "./Field";
import { Icon } from "./Icon";
import "./consultation.css";

addTexts(import.meta.glob("@locales/*/consultation.ftl", { query: "?raw", import: "default", eager: true }));

export type Known = NonNullable<ViewOf<"desk-consultation">["known"]>;
type Talk = Known["talks"][number];
const SKIN = ["normal", "dry", "oily", "combination", "sensitive"] as const;

export interface Told {
  skin_type: (typeof SKIN)[number] | null;
  preferences: string;
  note: string;
  allergy: string;
}

/** The talk (咨询): what is known already above, what is said today below. */
export function Consultation({ known, onKeep }: { known: Known | null; onKeep: (told: Told) => void }) {
  const [told, setTold] = useState<Told>({ skin_type: null, preferences: "", note: "", allergy: "" });
  const [agreed, setAgreed] = useState(false);
  if (!known) return <p class="muted">{t("talk-no-name")}</p>;
  const put = (change: Partial<Told>) => setTold({ ...told, ...change });
  const allergy = told.allergy.trim();
  const some = told.skin_type || told.preferences.trim() || told.note.trim() || allergy;
  return (
    <form
      class="talk"
      onSubmit={(event) => {
        event.preventDefault();
        onKeep({ ...told, preferences: told.preferences.trim(), note: told.note.trim(), allergy });
      }}
    >
      <Before known={known} />
      <p class="talk-label" aria-hidden="true">
        {t("talk-skin")}
      </p>
      <SegmentedControl
        label={t("talk-skin")}
        size="md"
        value={told.skin_type ?? known.skin_type ?? ""}
        onValue={(value) => put({ skin_type: value as Told["skin_type"] })}
        options={SKIN.map((value) => ({ value, label: t(`talk-skin-${value}`) }))}
      />
      <TextInput label={t("talk-preferences")} maxLength={300} value={told.preferences} onValue={(preferences) => put({ preferences })} />
      <TextArea label={t("talk-note")} maxLength={1000} rows={2} value={told.note} onValue={(note) => put({ note })} />
      <div class="talk-allergy">
        <p>
          <Icon of={TriangleAlert} /> {t("talk-allergy-hint")}
        </p>
        <TextInput label={t("talk-allergy")} maxLength={300} value={told.allergy} onValue={(value) => put({ allergy: value })} />
        {allergy && (
          <label class="talk-agreed">
            <input type="checkbox" checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
            <span>{t("talk-allergy-agreed")}</span>
          </label>
        )}
      </div>
      <Button type="submit" variant="primary" size="md" wide icon={Save} disabled={!some || (allergy !== "" && !agreed)}>
        {t("talk-keep")}
      </Button>
    </form>
  );
}

function Before({ known }: { known: Known }) {
  const nothing = !known.visits.length && !known.talks.length && !known.preferences.length && !known.skin_type;
  if (nothing) return <p class="muted">{t("talk-nothing")}</p>;
  return (
    <section class="talk-before">
      {known.talks.map((talk) => (
        <Said key={talk.at} talk={talk} when={time(talk.at)} />
      ))}
      {known.visits.map((visit) => (
        <article key={visit.at}>
          <p class="talk-visit">
            <time dateTime={visit.at}>{day(visit.at)}</time>
            <span>{listed(visit.services.map((service) => pick(service)))}</span>
            <span class="muted">{visit.technician && pick(visit.technician)}</span>
          </p>
          {visit.talks.map((talk) => (
            <Said key={talk.at} talk={talk} />
          ))}
        </article>
      ))}
    </section>
  );
}

function Said({ talk, when }: { talk: Talk; when?: string }) {
  const parts = [talk.skin_type && t(`skin-${talk.skin_type}`), talk.preferences, talk.note].filter(Boolean);
  return (
    <p class="talk-said">
      {when && <time class="numbers">{when}</time>} {parts.join(" · ")}
    </p>
  );
}
