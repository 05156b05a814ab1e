import { DoorClosed, Plus, Save } from "lucide-preact";
import { useState } from "preact/hooks";
import { useCode } from "@client/codes";
import { send } from "@client/door";
import { pick, t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { useTry } from "@client/trying";
import { Button, Chip, Dialog, EmptyState, Select, TextInput, toast } from "@design";
import { BothNames, isSaid } from "./Both";
import type { View } from "./Catalog";
import { Check } from "./ServiceDialog";

type Place = View["places"][number];
type Kind = View["kinds"][number];
type Skill = View["skills"][number];
type Edited = { what: "place"; of?: Place; kind: string } | { what: "kind"; of?: Kind } | { what: "skill"; of?: Skill };

/** Rooms and chairs by kind, the kinds with their cleaning, and the skills that phases ask for. */
export function Places({ view }: { view: View }) {
  const { what: edited, open: edit, shut } = useOpened<Edited>();
  return (
    <section class="catalog-part">
      {view.kinds.length === 0 && (
        <EmptyState title={t("catalog-places-none")} icon={DoorClosed}>
          {t("catalog-places-none-hint")}
        </EmptyState>
      )}
      {(view.kinds as Kind[]).map((kind) => (
        <section key={kind.code} class="catalog-group">
          <header class="row wrap">
            <h2>{pick(kind.name)}</h2>
            <Button variant="ghost" onClick={() => edit({ what: "kind", of: kind })}>
              {kind.clean_minutes ? t("catalog-cleaned", { minutes: kind.clean_minutes }) : t("catalog-not-cleaned")}
            </Button>
            <Button variant="ghost" icon={Plus} class="push" onClick={() => edit({ what: "place", kind: kind.code })}>
              {t("catalog-place-add")}
            </Button>
          </header>
          <ul class="catalog-tiles">
            {(view.places as Place[])
              .filter((place) => place.kind === kind.code)
              .map((place) => (
                <li key={place.id}>
                  <button type="button" class={place.active ? "catalog-tile" : "catalog-tile retired"} onClick={() => edit({ what: "place", of: place, kind: kind.code })}>
                    <strong>{pick(place.name)}</strong>
                    <span class="muted small">{place.code}</span>
                    {!place.active && <Chip>{t("catalog-retired")}</Chip>}
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
      <Button icon={Plus} class="catalog-add" onClick={() => edit({ what: "kind" })}>
        {t("catalog-kind-add")}
      </Button>
      <section class="catalog-group">
        <header class="row wrap">
          <h2>{t("catalog-skills")}</h2>
          <Button variant="ghost" icon={Plus} class="push" onClick={() => edit({ what: "skill" })}>
            {t("catalog-skill-add")}
          </Button>
        </header>
        <ul class="catalog-tiles">
          {(view.skills as Skill[]).map((skill) => (
            <li key={skill.code}>
              <button type="button" class="catalog-tile" onClick={() => edit({ what: "skill", of: skill })}>
                <strong>{pick(skill.name)}</strong>
                <span class="muted small">{skill.code}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {edited && <Editing view={view} edited={edited} onClose={shut} />}
    </section>
  );
}

function Editing({ view, edited, onClose }: { view: View; edited: Edited; onClose: () => void }) {
  const [name, setName] = useState(edited.of?.name ?? { zh: "", en: "" });
  const [kind, setKind] = useState(edited.what === "place" ? edited.kind : "");
  const [clean, setClean] = useState(edited.what === "kind" ? String(edited.of?.clean_minutes ?? 0) : "0");
  const [active, setActive] = useState(edited.what === "place" ? (edited.of?.active ?? true) : true);
  const others: { code: string }[] = { place: view.places, kind: view.kinds, skill: view.skills }[edited.what];
  const { code, ready: isFree, field } = useCode({ kept: edited.of?.code, name: name.en, taken: others.map((each) => each.code), clash: t("catalog-code-taken") });
  const { working, problem, run } = useTry();
  const keep = () =>
    run(async () => {
      if (edited.what === "place") await send("stations.put_place", { code, kind, name, ordinal: edited.of?.ordinal ?? view.places.length, active });
      else if (edited.what === "kind") await send("catalog.put_place_kind", { code, name, clean_minutes: Number(clean) || 0, ordinal: edited.of?.ordinal ?? view.kinds.length });
      else await send("catalog.put_skill", { code, name });
      toast(t("catalog-kept", { name: pick(name) }));
      onClose();
    });
  const ready = isFree && isSaid(name);
  return (
    <Dialog
      open
      onClose={onClose}
      title={edited.of ? pick(edited.of.name) : t(`catalog-${edited.what}-add`)}
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
        <BothNames label={t("catalog-name")} value={name} onValue={setName} />
        <TextInput label={t("catalog-code")} {...field} {...(problem && { error: problem })} />
        {edited.what === "place" && (
          <>
            <Select label={t("catalog-kind")} value={kind} onValue={setKind} options={view.kinds.map((each: Kind) => ({ value: each.code, label: pick(each.name) }))} />
            <Check label={t("catalog-in-use")} checked={active} onChecked={setActive} />
          </>
        )}
        {edited.what === "kind" && <TextInput label={t("catalog-clean")} type="number" min={0} max={600} value={clean} onValue={setClean} />}
      </div>
    </Dialog>
  );
}
