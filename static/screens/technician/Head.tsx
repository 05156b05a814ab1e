import { Coffee, LogOut, Repeat2, Scissors } from "lucide-preact";
import { handIn } from "@client/door";
import { pick, t } from "@client/i18n";
import type { LiveView } from "@client/live";
import { Clock, ConnectionBadge, Icon, IconButton, LanguageSwitch, StateBadge, TimeText, toast } from "@design";
import type { View } from "./Tablet";
import { tap } from "./taps";

async function leave(): Promise<void> {
  try {
    await handIn("/api/sign-out", {});
    location.reload();
  } catch (error) {
    toast((error as Error).message, { tone: "alert" }); // nobody may lay the tablet down believing that she has left
  }
}

export function Head({ view, live }: { view: View; live: LiveView<unknown> }) {
  const me = view.me!;
  const resting = me.state === "break";
  const rest = () =>
    void tap(resting ? "team.end_break" : "team.start_break", { technician_id: me.id }, { id: resting ? "did-return" : "did-rest" });
  return (
    <header class="tablet-head">
      <div class="tablet-who">
        <h1>{pick(me.name)}</h1>
        <StateBadge kind="technician" state={me.state} />
      </div>
      <dl class="tally">
        {me.turn_rank !== null && (
          <div>
            <dt>
              <Icon of={Repeat2} /> {t("my-turn")}
            </dt>
            <dd>{t("my-turn-rank", { rank: me.turn_rank })}</dd>
          </div>
        )}
        <div>
          <dt>
            <Icon of={Scissors} /> {t("my-done")}
          </dt>
          <dd>{me.done_today}</dd>
        </div>
        {me.shift_end && (
          <div class="tally-end">
            <dt>{t("my-shift-end")}</dt>
            <dd>
              <TimeText at={me.shift_end} />
            </dd>
          </div>
        )}
      </dl>
      <div class="tablet-tools">
        <ConnectionBadge live={live} dot />
        <Clock />
        <LanguageSwitch />
        {(resting ? me.actions.includes("end_break") : me.state === "free" && me.actions.includes("break")) && (
          <IconButton of={Coffee} label={t(resting ? "do-return" : "do-rest")} onClick={rest} variant={resting ? "primary" : "quiet"} />
        )}
        <IconButton of={LogOut} label={t("do-sign-out")} onClick={() => void leave()} />
      </div>
    </header>
  );
}
