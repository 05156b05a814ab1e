import { FilePenLine, Plus, Save } from "lucide-preact";
import { useState } from "preact/hooks";
import { useCode } from "@client/codes";
import { send } from "@client/door";
import { fullDate, listed } from "@client/format";
import { pick, t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { useTry } from "@client/trying";
import { Button, Chip, Dialog, EmptyState, TextInput, toast } from "@design";
import { BothNames, isSaid } from "./Both";
import type { View } from "./Catalog";

type Form = View["forms"][number];

/** What customers sign before a service. Other words are a new version, and everybody is asked again. */
export function Forms({ view }: { view: View }) {
  const { what: edited, open: edit, shut } = useOpened<Form | "new">();
  return (
    <section class="catalog-part">
      <Button variant="primary" icon={Plus} class="catalog-add" onClick={() => edit("new")}>
        {t("catalog-form-add")}
      </Button>
      {view.forms.length === 0 && (
        <EmptyState title={t("catalog-forms-none")} icon={FilePenLine}>
          {t("catalog-forms-none-hint")}
        </EmptyState>
      )}
      <ul class="catalog-forms">
        {(view.forms as Form[]).map((form) => (
          <li key={form.code}>
            <button type="button" class="catalog-card" onClick={() => edit(form)}>
              <span class="row wrap">
                <strong>{pick(form.name)}</strong>
                <Chip>{t("catalog-version", { version: form.version, date: fullDate(form.made_at) })}</Chip>
              </span>
              <span class="catalog-words">{pick(form.text)}</span>
              <span class="muted small">{asking(view, form.code)}</span>
            </button>
          </li>
        ))}
      </ul>
      {edited && <Editing view={view} key={edited === "new" ? "new" : edited.code} form={edited === "new" ? undefined : edited} onClose={shut} />}
    </section>
  );
}

function asking(view: View, code: string): string {
  const names = view.services.filter((each: View["services"][number]) => each.consent_form === code).map((each: View["services"][number]) => pick(each.name));
  return names.length ? t("catalog-form-of", { services: listed(names) }) : t("catalog-form-unused");
}

function Editing({ view, form, onClose }: { view: View; form: Form | undefined; onClose: () => void }) {
  const [name, setName] = useState(form?.name ?? { zh: "", en: "" });
  const [text, setText] = useState(form?.text ?? { zh: "", en: "" });
  const taken = view.forms.map((each: Form) => each.code);
  const { code, ready: isFree, field } = useCode({ kept: form?.code, name: name.en, taken, clash: t("catalog-code-taken") });
  const { working, problem, run } = useTry();
  const keep = () =>
    run(async () => {
      await send("catalog.put_consent_form", { code, name, text });
      toast(t("catalog-kept", { name: pick(name) }));
      onClose();
    });
  const ready = isFree && isSaid(name) && isSaid(text);
  return (
    <Dialog
      open
      place="side"
      onClose={onClose}
      title={form ? pick(form.name) : t("catalog-form-add")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" icon={Save} working={working} disabled={!ready} onClick={() => void keep()}>
            {t("catalog-keep")}
          </Button>
        </>
      }
    >
      <p class="muted">{t("catalog-form-again")}</p>
      <div class="catalog-form wide">
        <BothNames label={t("catalog-name")} value={name} onValue={setName} />
        <TextInput label={t("catalog-code")} {...field} {...(problem && { error: problem })} />
        <BothNames label={t("catalog-words")} long max={4000} value={text} onValue={setText} />
      </div>
    </Dialog>
  );
}
