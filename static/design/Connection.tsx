import { signal } from "@preact/signals";
import { CircleDot, CloudAlert, CloudOff, Ellipsis, TriangleAlert } from "lucide-preact";
import { hubNow } from "@client/clock";
import { time } from "@client/format";
import { t } from "@client/i18n";
import { isForbidden, type LiveView } from "@client/live";
import { Icon } from "./Icon";
import "./connection.css";

const second = signal(0);
let ticking = false;

/** Age in real seconds: on a demo's fast clock a screen must not look minutes old after a second. */
function age(seconds: number): string {
  if (seconds < 100) return t("age-seconds", { count: Math.round(seconds) });
  if (seconds < 6_000) return t("age-minutes", { count: Math.round(seconds / 60) });
  return t("age-hours", { count: Math.round(seconds / 3600) });
}

const LOOKS = {
  loading: Ellipsis,
  live: CircleDot,
  stale: CloudAlert,
  offline: CloudOff,
  error: TriangleAlert,
};

/** Whether the screen tells the truth right now; `dot` leaves the word away while all is well. */
export function ConnectionBadge({ live, dot = false }: { live: LiveView<unknown>; dot?: boolean }) {
  if (!ticking) {
    ticking = true;
    setInterval(() => (second.value += 1), 1_000);
  }
  const status = live.status.value;
  const word = words(live);
  return (
    <span class={`connection ${status}`} role="status" title={word}>
      <Icon of={LOOKS[status]} size="1.1em" label={dot && status === "live" ? word : undefined} />
      {!(dot && status === "live") && <span>{word}</span>}
    </span>
  );
}

function words(live: LiveView<unknown>): string {
  const status = live.status.value;
  if (status === "stale") {
    void second.value;
    return t("connection-stale", { age: age(live.silentFor() / 1000) });
  }
  if (status === "error" && live.problem.value && isForbidden(live.problem.value)) return t("connection-forbidden");
  if (status !== "offline") return t(`connection-${status}`);
  const at = live.lastAt.value;
  return at === undefined ? t("connection-offline-never") : t("connection-offline", { at: time(Math.min(at, hubNow())) });
}
