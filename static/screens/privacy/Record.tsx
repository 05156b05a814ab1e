import { EyeOff } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ParamsOf, ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { Button, EmptyState, LiveArea, Select, SkeletonLines } from "@design";

type Seen = ViewOf<"privacy-record">["lines"][number];
type Filters = ParamsOf<"privacy-record">;
const WHATS = ["phone", "allergy", "copy", "list", "unmasking"] as const;

/** Who opened what is masked: filters above, newest first. */
export function Record({ customer }: { customer?: string }) {
  const [filters, setFilters] = useState<Filters>(customer ? { customer } : {});
  const record = useMemo(() => openView("privacy-record", filters), [JSON.stringify(filters)]);
  useEffect(() => () => record.close(), [record]);
  const put = (name: "person" | "device" | "what", value: string) => {
    const { before: _before, [name]: _old, ...rest } = filters;
    setFilters(value ? ({ ...rest, [name]: value } as Filters) : rest);
  };
  return (
    <LiveArea live={record} skeleton={<SkeletonLines count={6} height="3.5rem" />}>
      {(view) => (
        <>
          {!customer && (
            <div class="privacy-filter">
              <Select
                label={t("privacy-filter-person")}
                value={filters.person ?? ""}
                onValue={(value) => put("person", value)}
                options={[{ value: "", label: t("privacy-anybody") }, ...view.people.map((each) => ({ value: each.id, label: each.name }))]}
              />
              <Select
                label={t("privacy-filter-what")}
                value={filters.what ?? ""}
                onValue={(value) => put("what", value)}
                options={[{ value: "", label: t("privacy-anything") }, ...WHATS.map((each) => ({ value: each, label: t(`privacy-seen-${each}`) }))]}
              />
              {view.devices.length > 0 && (
                <Select
                  label={t("privacy-filter-device")}
                  value={filters.device ?? ""}
                  onValue={(value) => put("device", value)}
                  options={[{ value: "", label: t("privacy-any-device") }, ...view.devices.map((each) => ({ value: each.id, label: each.name }))]}
                />
              )}
            </div>
          )}
          {view.lines.length === 0 ? (
            <EmptyState icon={EyeOff} title={t("privacy-seen-none")}>
              {t("privacy-seen-none-text")}
            </EmptyState>
          ) : (
            <ul class="privacy-list">
              {view.lines.map((line) => (
                <Line key={line.id} line={line} />
              ))}
            </ul>
          )}
          <div class="row wrap privacy-pages">
            {filters.before && <Button onClick={() => setFilters(({ before: _before, ...rest }) => rest)}>{t("privacy-newest")}</Button>}
            {view.older && <Button onClick={() => setFilters({ ...filters, before: view.older! })}>{t("privacy-older")}</Button>}
          </div>
        </>
      )}
    </LiveArea>
  );
}

function Line({ line }: { line: Seen }) {
  const who = line.who || t(line.kind === "customer" ? "privacy-by-customer" : "privacy-by-hub");
  const whose = line.customer_id ? line.customer || t("privacy-erased-person") : t("privacy-many", { count: line.count });
  return (
    <li class="privacy-seen">
      <time class="numbers small muted">{dayAndTime(line.at)}</time>
      <p>
        <strong>{who}</strong> · {t(`privacy-seen-${line.what}`)} · {whose}
      </p>
      <p class="small muted">{[t(`privacy-why-${line.reason}`), line.note, line.device].filter(Boolean).join(" · ")}</p>
    </li>
  );
}
