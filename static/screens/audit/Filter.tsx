import { X } from "lucide-preact";
import { t } from "@client/i18n";
import { useTypedDay } from "@client/typed_day";
import { Button, Icon, Select, TextInput } from "@design";
import { clear, filter, filters, NAMES, type View } from "./state";
import { kindName } from "./words";

export function Filter({ view }: { view: View }) {
  const now = filters.value;
  const day = useTypedDay(now.day ?? "", (value) => filter({ day: value }));
  const person = { value: "", label: t("audit-filter-anybody") };
  const device = { value: "", label: t("audit-filter-any-device") };
  const anything = { value: "", label: t("audit-filter-anything") };
  return (
    <section class="audit-filter" aria-label={t("audit-filter")}>
      <Select
        label={t("audit-filter-person")}
        value={now.person ?? ""}
        onValue={(value) => filter({ person: value || undefined })}
        options={[person, ...view.people.map((each) => ({ value: each.id, label: each.name }))]}
      />
      <Select
        label={t("audit-filter-kind")}
        value={now.kind ?? ""}
        onValue={(value) => filter({ kind: value || undefined })}
        options={[anything, ...view.kinds.map((each) => ({ value: each, label: kindName(each) }))]}
      />
      <Select
        label={t("audit-filter-device")}
        value={now.device ?? ""}
        onValue={(value) => filter({ device: value || undefined })}
        options={[device, ...view.devices.map((each) => ({ value: each.id, label: each.name }))]}
      />
      <TextInput
        label={t("audit-filter-day")}
        type="date"
        value={day.value}
        onValue={(value) => (value ? day.write(value) : filter({ day: undefined }))}
        onBlur={day.leave}
      />
      {(now.booking || now.customer) && (
        <p class="audit-subject">
          {t(now.booking ? "audit-filter-booking" : "audit-filter-customer", { name: view.subject })}
          <button
            type="button"
            aria-label={t("audit-filter-clear")}
            onClick={() => filter({ booking: undefined, customer: undefined })}
          >
            <Icon of={X} size="1rem" />
          </button>
        </p>
      )}
      {NAMES.some((name) => now[name]) && (
        <Button variant="ghost" icon={X} onClick={clear}>
          {t("audit-filter-clear")}
        </Button>
      )}
    </section>
  );
}
