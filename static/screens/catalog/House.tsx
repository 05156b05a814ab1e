import { Save } from "lucide-preact";
import type { CommandData } from "@client/api";
import { send } from "@client/door";
import { useEdits } from "@client/edits";
import { t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Form, SegmentedControl, TextInput, toast } from "@design";
import { BothNames } from "./Both";
import type { View } from "./Catalog";

const NAMES = ["code", "surname_title", "initial"] as const;
const NOTHING: CommandData<"catalog.set_house_rules"> = { waiting_room_name: null, call_repeat_seconds: null, closed_on_public_holidays: null, waiting_area: null };

/** How the waiting room calls people, and where they should wait. */
export function House({ view }: { view: View }) {
  const { rules } = view;
  const { draft, put: write } = useEdits({ seconds: String(rules.call_repeat_seconds), area: rules.waiting_area ?? { zh: "", en: "" } });
  const { working, problem, run } = useTry();
  const put = (change: Partial<typeof NOTHING>) => send("catalog.set_house_rules", { ...NOTHING, ...change });
  const show = (form: (typeof NAMES)[number]) =>
    void put({ waiting_room_name: form }).catch((error: Error) => toast(error.message, { tone: "alert" }));
  const keep = () =>
    run(async () => {
      await put({ call_repeat_seconds: Number(draft.seconds), waiting_area: draft.area });
      toast(t("catalog-house-kept"));
    });
  return (
    <section class="catalog-card">
      <h2>{t("catalog-names")}</h2>
      <p class="muted">{t("catalog-names-text")}</p>
      <SegmentedControl label={t("catalog-names")} value={rules.waiting_room_name} onValue={show} options={NAMES.map((value) => ({ value, label: t(`catalog-names-${value}`) }))} />
      <p class="catalog-sample">{t(`catalog-names-${rules.waiting_room_name}-sample`)}</p>
      <Form class="catalog-form" ready onSend={() => void keep()}>
        <TextInput label={t("catalog-repeat")} type="number" min={15} max={600} value={draft.seconds} onValue={(seconds) => write({ seconds })} {...(problem && { error: problem })} />
        <BothNames label={t("catalog-area")} value={draft.area} onValue={(area) => write({ area })} />
        <Button type="submit" variant="primary" icon={Save} working={working}>
          {t("catalog-keep")}
        </Button>
      </Form>
    </section>
  );
}
