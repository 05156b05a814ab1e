import { MapPin, Timer } from "lucide-preact";
import { pick, t } from "@client/i18n";
import { Countdown, GlideList, Icon, StateBadge, TimeText } from "@design";
import { changed, tierChip } from "./Focus";
import { nameOf } from "./names";
import type { View, Work } from "./Tablet";

/** NEXT, and what develops meanwhile. */
export function Side({ view }: { view: View }) {
  const [next, ...later] = view.upcoming;
  return (
    <aside class="tablet-side">
      {view.developing.length > 0 && (
        <section class="developing" aria-label={t("developing-title")}>
          <h2>{t("developing-title")}</h2>
          {view.developing.map((work) => (
            <p key={work.item_id} class="developing-row">
              <Icon of={Timer} />
              <span>
                <b>{nameOf(work.person)}</b> {pick(work.service)}
              </span>
              {work.end && <Countdown to={work.end} />}
            </p>
          ))}
        </section>
      )}
      <section class="next">
        <h2>{t(view.focus_is === "next" ? "then-title" : "next-title")}</h2>
        {next ? <Next work={next} /> : <p class="next-none">{t("next-none")}</p>}
      </section>
      {later.length > 0 && (
        <section class="later">
          <h2>{t("later-title")}</h2>
          <GlideList items={later} keyOf={(work) => work.item_id}>
            {(work) => (
              <p class="later-row">
                {work.start && <TimeText at={work.start} />}
                <span class="later-who">{nameOf(work.person)}</span>
                <span class="later-what">{pick(work.service)}</span>
              </p>
            )}
          </GlideList>
        </section>
      )}
    </aside>
  );
}

function Next({ work }: { work: Work }) {
  return (
    <article class="next-card">
      <p class="next-time">{work.start && <TimeText at={work.start} />}</p>
      <div class="next-what">
        <p class="next-who">{nameOf(work.person)}</p>
        <p class="next-service">{pick(work.service)}</p>
        {work.place && (
          <p class="next-place">
            <Icon of={MapPin} /> {pick(work.place)}
          </p>
        )}
        <p class="next-chips">
          {work.arrived_at ? <StateBadge kind="booking" state="arrived" /> : work.late_until ? <StateBadge kind="visit" state="running_late" /> : null}
          {tierChip(work.person.tier)}
        </p>
      </div>
      {changed(work)}
    </article>
  );
}
