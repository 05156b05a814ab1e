import { Check, Lock, RotateCcw } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { send } from "@client/door";
import { hasText, t } from "@client/i18n";
import { BackOffice, Button, Icon, toast } from "@design";
import "./roles.css";

type View = ViewOf<"roles">;
type Group = View["groups"][number];
type Line = Group["lines"][number];
type Cell = Line["cells"][number];

const live = openView("roles");

export function Roles() {
  return (
    <BackOffice title="roles-title" live={live} lines={10} class="roles-page">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  return (
    <main>
      <div class="roles-head">
        <div>
          <h1>{t("roles-title")}</h1>
          <p class="muted">{t("roles-text")}</p>
        </div>
        <Restore view={view} />
      </div>
      <ul class="roles-legend small muted">
        <li>
          <span class="roles-mark on">
            <Icon of={Check} size="1rem" />
          </span>
          {t("roles-may")}
        </li>
        <li>
          <span class="roles-mark changed" />
          {t("roles-differs")}
        </li>
        <li>
          <Icon of={Lock} size="1rem" />
          {t("roles-fixed")}
        </li>
      </ul>
      <Matrix groups={view.groups} roles={view.staff_roles} />
      <details class="roles-others">
        <summary class="unfolds">{t("roles-others")}</summary>
        <p class="muted small">{t("roles-others-text")}</p>
        <Matrix groups={view.groups} roles={view.other_roles} />
      </details>
    </main>
  );
}

/** What an undo has to say: every cell that is not as the house has it. */
function changes(view: View) {
  return view.groups.flatMap((group: Group) =>
    group.lines.flatMap((line: Line) =>
      line.cells
        .filter((cell: Cell) => cell.allowed !== cell.by_default)
        .map((cell: Cell) => ({ role: cell.role, permission: line.permission, allowed: cell.allowed })),
    ),
  );
}

function Restore({ view }: { view: View }) {
  const [working, setWorking] = useState(false);
  if (view.changed === 0) return <p class="push muted roles-untouched">{t("roles-untouched")}</p>;
  const before = changes(view);
  const restore = async () => {
    setWorking(true);
    try {
      await send("security.restore_grants", {});
      toast(t("roles-restored"), { undo: () => void send("security.set_grants", { changes: before }).catch(complain) });
    } catch (error) {
      complain(error);
    }
    setWorking(false);
  };
  return (
    <Button icon={RotateCcw} class="push" working={working} onClick={() => void restore()}>
      {t("roles-restore", { count: view.changed })}
    </Button>
  );
}

function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

function Matrix({ groups, roles }: { groups: readonly Group[]; roles: readonly string[] }) {
  return (
    <div class="roles-scroll">
      <table class="roles-table">
        <thead>
          <tr>
            <th scope="col" class="roles-what">
              {t("roles-permission")}
            </th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {t(`role-${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.name}>
            <tr class="roles-group">
              <th colSpan={roles.length + 1} scope="rowgroup">
                {hasText(`roles-group-${group.name}`) ? t(`roles-group-${group.name}`) : group.name}
              </th>
            </tr>
            {group.lines.map((line) => (
              <tr key={line.permission}>
                <th scope="row" class="roles-what">
                  {permission(line.permission)}
                </th>
                {roles.map((role) => (
                  <td key={role}>
                    <Toggle line={line} cell={line.cells.find((cell: Cell) => cell.role === role)!} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function permission(name: string): string {
  const id = `perm-${name.replace(/[._]/g, "-")}`;
  return hasText(id) ? t(id) : name;
}

function Toggle({ line, cell }: { line: Line; cell: Cell }) {
  const [working, setWorking] = useState(false);
  const label = `${t(`role-${cell.role}`)}: ${permission(line.permission)}`;
  if (cell.fixed) {
    return (
      <span class={cell.allowed ? "roles-mark fixed on" : "roles-mark fixed"} role="img" aria-label={`${label} (${t(cell.allowed ? "roles-always" : "roles-never")})`}>
        {cell.allowed && <Icon of={Lock} size="0.9rem" />}
      </span>
    );
  }
  const put = (allowed: boolean) => send("security.set_grants", { changes: [{ role: cell.role, permission: line.permission, allowed }] });
  const toggle = async () => {
    setWorking(true);
    const before = cell.allowed;
    try {
      await put(!before);
      toast(t(before ? "roles-taken" : "roles-given", { role: t(`role-${cell.role}`), what: permission(line.permission) }), {
        undo: () => void put(before).catch(complain),
      });
    } catch (error) {
      complain(error);
    }
    setWorking(false);
  };
  const look = ["roles-mark", cell.allowed && "on", cell.allowed !== cell.by_default && "changed"].filter(Boolean).join(" ");
  return (
    <button type="button" class={look} role="switch" aria-checked={cell.allowed} aria-label={label} disabled={working} onClick={() => void toggle()}>
      {cell.allowed && <Icon of={Check} size="1.1rem" />}
    </button>
  );
}
