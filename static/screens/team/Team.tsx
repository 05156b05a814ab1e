import { Plus, UsersRound } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { pick, t } from "@client/i18n";
import { BackOffice, Button, EmptyState, StateBadge } from "@design";
import { Absences } from "./Absences";
import { Hours } from "./Hours";
import { Person } from "./Person";
import "./team.css";

export type View = ViewOf<"team">;
export type Technician = View["team"][number];

const live = openView("team");
const NEW = "new";

/** Everybody who serves: who they are, what they can do and how well, when they work, when they are away. */
export function Team() {
  return (
    <BackOffice title="team-title" live={live} lines={6} class="team">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const [chosen, choose] = useState<string>();
  const team = view.team as Technician[];
  const person = team.find((each) => each.id === chosen) ?? (chosen === NEW ? undefined : team[0]);
  const lines = [team.filter((each) => each.active), team.filter((each) => !each.active)] as const;
  return (
    <main class="team-main">
      <nav class="team-list" aria-label={t("team-title")}>
        <header>
          <h1>{t("team-title")}</h1>
          <Button variant="primary" icon={Plus} onClick={() => choose(NEW)}>
            {t("team-add")}
          </Button>
        </header>
        <ul>
          {lines[0].map((each) => (
            <Line key={each.id} person={each} chosen={each.id === person?.id} onChoose={() => choose(each.id)} />
          ))}
        </ul>
        {lines[1].length > 0 && (
          <details>
            <summary class="unfolds">
              {t("team-former")} · {lines[1].length}
            </summary>
            <ul>
              {lines[1].map((each) => (
                <Line key={each.id} person={each} chosen={each.id === person?.id} onChoose={() => choose(each.id)} />
              ))}
            </ul>
          </details>
        )}
      </nav>
      {chosen === NEW || person ? (
        <section class="team-file" key={person?.id ?? NEW}>
          <Person view={view} person={person} onMade={choose} />
          {person && <Hours view={view} person={person} onWeek={(first) => live.setParams({ first })} />}
          {person && <Absences view={view} person={person} />}
        </section>
      ) : (
        <EmptyState title={t("team-none")} icon={UsersRound}>
          {t("team-none-hint")}
        </EmptyState>
      )}
    </main>
  );
}

function Line({ person, chosen, onChoose }: { person: Technician; chosen: boolean; onChoose: () => void }) {
  return (
    <li>
      <button type="button" class="team-line" aria-current={chosen ? "true" : undefined} onClick={onChoose}>
        <span class="team-face" aria-hidden="true">
          {[...pick(person.name)][0]}
        </span>
        <span class="team-name">
          {pick(person.name)}
          <span class="muted small">{person.code}</span>
        </span>
        {person.active && <StateBadge kind="technician" state={person.state as "off"} />}
      </button>
    </li>
  );
}
