import { CalendarClock, CalendarPlus } from "lucide-preact";
import { EmptyState } from "@design";
import { open } from "./desk_state";
import type { View } from "./types";
import { t } from "./words";

/** A day on which nobody works and nobody is booked: why, and what to do next. */
export function Nothing({ view }: { view: View }) {
  if (view.off === "no_team") return <EmptyState title={t("no-team")}>{t("no-team-hint")}</EmptyState>;
  if (view.off === "no_shifts") {
    const roster = { label: t("do-roster"), onClick: () => location.assign("/team") };
    return (
      <EmptyState icon={CalendarClock} title={t("no-shifts")} {...(view.may_roster ? { action: roster } : {})}>
        {t("no-shifts-hint")}
      </EmptyState>
    );
  }
  const book = { label: t("do-book"), onClick: () => (open.value = { what: "booking", draft: { kind: "book" } }) } as const;
  return (
    <EmptyState icon={CalendarPlus} title={t("closed-day")} {...(view.may_book ? { action: book } : {})}>
      {t("closed-day-hint")}
    </EmptyState>
  );
}
