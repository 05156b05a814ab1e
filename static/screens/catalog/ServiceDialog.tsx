import { ArrowUp, Plus, Save, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import type { CommandData } from "@client/api";
import { useCode } from "@client/codes";
import { send } from "@client/door";
import { useEdits } from "@client/edits";
import { fromMinor, toMinor } from "@client/format";
import { pick, t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Dialog, IconButton, Select, TextInput, toast } from "@design";
import { BothNames, isSaid } from "./Both";
import type { View } from "./Catalog";
import type { Service } from "./Services";

type Put = Omit<CommandData<"catalog.put_service">, "code">;
type Phase = Put["phases"][number];
type Draft = Put & { price: string };
const KINDS = ["hands_on", "processing", "finishing"] as const;
const LEVELS = ["1", "2", "3", "4", "5"];

function draftOf(view: View, service: Service | undefined): Put {
  const last = (view.services as Service[]).at(-1);
  if (!service) {
    const first: Phase = { kind: "hands_on", minutes: 30, place_kind: view.kinds[0]?.code ?? null, skill: view.skills[0]?.code ?? null, min_level: 1, max_gap_minutes: 0 };
    const category = last ? { ...last.category } : { zh: "", en: "" };
    const ordinal = last ? last.ordinal + 1 : 0;
    return { name: { zh: "", en: "" }, category, price_minor: 0, bookable_online: true, active: true, ordinal, consent_form: "", phases: [first] };
  }
  const { name, category, price_minor, bookable_online, active, ordinal, consent_form } = service;
  const phases = service.phases.map(({ ordinal: _, ...phase }) => phase);
  return { name, category, price_minor, bookable_online, active, ordinal, consent_form: consent_form ?? "", phases };
}

/** One service: words, price, what has to be signed, and its phases in order, each with who and where. */
export function ServiceDialog({ view, service, onClose }: { view: View; service: Service | undefined; onClose: () => void }) {
  const [first] = useState(() => draftOf(view, service));
  const now = service ? draftOf(view, service) : first; // a new one begins as it was when the dialog was opened
  const { draft, put } = useEdits<Draft>({ ...now, price: fromMinor(now.price_minor) });
  const taken = (view.services as Service[]).map((each) => each.code);
  const { code, ready: isFree, field } = useCode({ kept: service?.code, name: draft.name.en, taken, clash: t("catalog-code-taken") });
  const { working, problem, run } = useTry();
  const phase = (at: number, change: Partial<Phase>) => put({ phases: draft.phases.map((each, index) => (index === at ? { ...each, ...change } : each)) });
  const asked = toMinor(draft.price);
  const ready = isFree && isSaid(draft.name) && isSaid(draft.category) && asked !== undefined && draft.phases.every((each) => each.minutes >= 1);
  const keep = () =>
    run(async () => {
      const { price: _, ...kept } = draft;
      await send("catalog.put_service", { ...kept, code, price_minor: asked ?? 0 });
      toast(t("catalog-kept", { name: pick(draft.name) }));
      onClose();
    });
  return (
    <Dialog
      open
      place="side"
      onClose={onClose}
      title={service ? pick(service.name) : t("catalog-service-add")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" icon={Save} working={working} disabled={!ready} onClick={() => void keep()}>
            {t("catalog-keep")}
          </Button>
        </>
      }
    >
      <div class="catalog-form">
        <BothNames label={t("catalog-name")} value={draft.name} onValue={(name) => put({ name })} />
        <BothNames label={t("catalog-category")} value={draft.category} onValue={(category) => put({ category })} />
        <TextInput label={t("catalog-code")} {...field} />
        <TextInput label={t("catalog-price")} hint={t("catalog-price-hint")} inputMode="decimal" value={draft.price} onValue={(price) => put({ price })} {...(asked === undefined && { error: t("catalog-price-wrong") })} />
        <Select
          label={t("catalog-form")}
          value={draft.consent_form ?? ""}
          onValue={(consent_form) => put({ consent_form })}
          options={[{ value: "", label: t("catalog-form-none") }, ...view.forms.map((each: View["forms"][number]) => ({ value: each.code, label: pick(each.name) }))]}
        />
        <div class="catalog-checks">
          <Check label={t("catalog-online")} checked={draft.bookable_online ?? true} onChecked={(bookable_online) => put({ bookable_online })} />
          <Check label={t("catalog-active")} checked={draft.active ?? true} onChecked={(active) => put({ active })} />
        </div>
      </div>
      <h3 class="catalog-phases-title">{t("catalog-phases")}</h3>
      <ol class="catalog-phases">
        {draft.phases.map((each, index) => (
          <li key={index} class={`catalog-phase ${each.kind}`}>
            <PhaseFields view={view} phase={each} first={index === 0} onPhase={(change) => phase(index, change)} />
            <div class="catalog-phase-do">
              <IconButton of={ArrowUp} label={t("catalog-phase-up")} disabled={index === 0} onClick={() => put({ phases: raised(draft.phases, index) })} />
              <IconButton of={Trash2} label={t("catalog-phase-remove")} disabled={draft.phases.length === 1} onClick={() => put({ phases: draft.phases.filter((_, at) => at !== index) })} />
            </div>
          </li>
        ))}
      </ol>
      <Button variant="ghost" icon={Plus} onClick={() => put({ phases: [...draft.phases, { ...draft.phases.at(-1)! }] })}>
        {t("catalog-phase-add")}
      </Button>
      {problem && (
        <p class="catalog-problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

function raised(phases: readonly Phase[], at: number): Phase[] {
  const next = [...phases];
  [next[at - 1], next[at]] = [next[at]!, next[at - 1]!];
  return next;
}

function PhaseFields({ view, phase, first, onPhase }: { view: View; phase: Phase; first: boolean; onPhase: (change: Partial<Phase>) => void }) {
  const none = { value: "", label: t("catalog-nothing") };
  return (
    <div class="catalog-form">
      <Select label={t("catalog-phase")} value={phase.kind} onValue={(kind) => onPhase({ kind: kind as Phase["kind"] })} options={KINDS.map((value) => ({ value, label: t(`state-phase-${value}`) }))} />
      <TextInput label={t("catalog-minutes")} type="number" min={1} max={600} value={String(phase.minutes)} onValue={(value) => onPhase({ minutes: Number(value) || 0 })} />
      <Select label={t("catalog-place")} value={phase.place_kind ?? ""} onValue={(value) => onPhase({ place_kind: value || null })} options={[none, ...view.kinds.map((each: View["kinds"][number]) => ({ value: each.code, label: pick(each.name) }))]} />
      {phase.kind !== "processing" && (
        <>
          <Select label={t("catalog-skill")} value={phase.skill ?? ""} onValue={(value) => onPhase({ skill: value || null })} options={[none, ...view.skills.map((each: View["skills"][number]) => ({ value: each.code, label: pick(each.name) }))]} />
          {phase.skill && <Select label={t("catalog-level")} value={String(phase.min_level ?? 1)} onValue={(value) => onPhase({ min_level: Number(value) })} options={LEVELS.map((value) => ({ value, label: value }))} />}
        </>
      )}
      {!first && <TextInput label={t("catalog-gap")} type="number" min={0} max={600} value={String(phase.max_gap_minutes ?? 0)} onValue={(value) => onPhase({ max_gap_minutes: Number(value) || 0 })} />}
    </div>
  );
}

export function Check({ label, checked, onChecked }: { label: string; checked: boolean; onChecked: (checked: boolean) => void }) {
  return (
    <label class="catalog-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
