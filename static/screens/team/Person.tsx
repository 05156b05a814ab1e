import { Minus, Plus, Save } from "lucide-preact";
import { useCode } from "@client/codes";
import { send } from "@client/door";
import { useEdits } from "@client/edits";
import { pick, t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Form, IconButton, Select, TextInput, toast } from "@design";
import type { Technician, View } from "./Team";

const LEVELS = 5;

interface Draft {
  zh: string;
  en: string;
  gender: "woman" | "man" | "";
  phone: string;
  email: string;
  active: boolean;
}

function draftOf(person: Technician | undefined): Draft {
  return {
    zh: person?.name.zh ?? "",
    en: person?.name.en ?? "",
    gender: person?.gender ?? "",
    phone: person?.phone ?? "",
    email: person?.email ?? "",
    active: person?.active ?? true,
  };
}

function nobody(view: View): Record<string, number> {
  return Object.fromEntries(view.skills.map((skill: View["skills"][number]) => [skill.code, 0]));
}

/** The record with contact, and each skill with its level. One button keeps all of it. */
export function Person({ view, person, onMade }: { view: View; person: Technician | undefined; onMade: (id: string) => void }) {
  const { draft, put, changed: moved } = useEdits(draftOf(person));
  const learned = useEdits<Record<string, number>>({ ...nobody(view), ...(person?.skills as Record<string, number> | undefined) });
  const taken = (view.team as Technician[]).map((each) => each.code);
  const { code, ready: isFree, field } = useCode({ kept: person?.code, name: draft.en, taken, clash: t("team-code-taken") });
  const { working, problem, run } = useTry();
  const ready = isFree && draft.zh.trim() !== "" && draft.en.trim() !== "" && (moved || learned.changed);
  const keep = () =>
    run(async () => {
      const { zh, en, gender, ...same } = draft;
      const ordinal = person?.ordinal ?? view.team.length;
      const skills = Object.fromEntries(Object.entries(learned.draft).filter(([, level]) => level > 0));
      const { result } = await send("team.put_technician", { ...same, skills, code, name: { zh, en }, gender: gender || null, ordinal });
      toast(t("team-kept", { name: pick({ zh, en }) }));
      onMade(result.technician_id);
    });
  return (
    <Form class="team-card" ready={ready} onSend={() => void keep()}>
      <h2>{person ? pick(person.name) : t("team-add")}</h2>
      <div class="team-fields">
        <TextInput label={t("team-name-zh")} lang="zh" maxLength={80} value={draft.zh} onValue={(zh) => put({ zh })} />
        <TextInput label={t("team-name-en")} lang="en" maxLength={80} value={draft.en} onValue={(en) => put({ en })} />
        <TextInput label={t("team-code")} {...field} />
        <Select
          label={t("team-gender")}
          value={draft.gender}
          onValue={(gender) => put({ gender: gender as Draft["gender"] })}
          options={(["", "woman", "man"] as const).map((value) => ({ value, label: t(`team-gender-${value || "none"}`) }))}
        />
        <TextInput label={t("team-phone")} inputMode="tel" maxLength={40} value={draft.phone} onValue={(phone) => put({ phone })} />
        <TextInput label={t("team-email")} type="email" maxLength={254} value={draft.email} onValue={(email) => put({ email })} />
      </div>
      <h3>{t("team-skills")}</h3>
      <ul class="team-skills">
        {view.skills.map((skill: View["skills"][number]) => (
          <Skill
            key={skill.code}
            name={pick(skill.name)}
            level={learned.draft[skill.code] ?? 0}
            onLevel={(level) => learned.put({ [skill.code]: level })}
          />
        ))}
      </ul>
      <label class="team-active">
        <input type="checkbox" checked={draft.active} onChange={(event) => put({ active: event.currentTarget.checked })} />
        <span>{t("team-active")}</span>
      </label>
      {problem && (
        <p class="team-problem" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" variant="primary" icon={Save} working={working} disabled={!ready}>
        {t("team-keep")}
      </Button>
    </Form>
  );
}

/** A skill from "not" to master; the bar is for the eye, the words for everybody. */
function Skill({ name, level, onLevel }: { name: string; level: number; onLevel: (level: number) => void }) {
  return (
    <li class={level ? "team-skill" : "team-skill none"}>
      <span class="team-skill-name">{name}</span>
      <IconButton of={Minus} label={t("team-level-less", { skill: name })} disabled={level === 0} onClick={() => onLevel(level - 1)} />
      <span class="team-level" role="img" aria-label={t("team-level", { level })}>
        {Array.from({ length: LEVELS }, (_, index) => (
          <span key={index} class={index < level ? "full" : ""} />
        ))}
      </span>
      <IconButton of={Plus} label={t("team-level-more", { skill: name })} disabled={level === LEVELS} onClick={() => onLevel(level + 1)} />
    </li>
  );
}
