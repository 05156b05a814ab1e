import { Plus } from "lucide-preact";
import type { ViewOf } from "@client/api";
import { openView } from "@client/connection";
import { day, listed } from "@client/format";
import { t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { BackOffice, Button, Chip, EmptyState, GlideList, Icon } from "@design";
import { Adding, Removing, Renaming, type Asked } from "./dialogs";
import { ageOf, KINDS, nameOf, STATES, type Device } from "./kinds";
import { useWall } from "./wall";
import "./devices.css";

type View = ViewOf<"devices">;

const live = openView("devices");

export function Devices() {
  return (
    <BackOffice title="devices-title" live={live} lines={5} class="devices">
      {(view) => <Page view={view} />}
    </BackOffice>
  );
}

function Page({ view }: { view: View }) {
  const { what: asked, open: setAsked, shut: close } = useOpened<Asked>();
  const wall = useWall(view.now);
  return (
    <main>
      <div class="devices-head">
        <div>
          <h1>{t("devices-title")}</h1>
          <p class="muted">{t("devices-text")}</p>
        </div>
        <Button variant="primary" icon={Plus} class="push" onClick={() => setAsked({ what: "add" })}>
          {t("devices-add")}
        </Button>
      </div>
      {view.devices.length === 0 && (
        <EmptyState
          icon={KINDS["technician_tablet"]}
          title={t("devices-empty")}
          action={{ label: t("devices-add"), onClick: () => setAsked({ what: "add" }) }}
        >
          {t("devices-empty-text")}
        </EmptyState>
      )}
      {view.devices.length > 0 && (
        <GlideList items={view.devices} keyOf={(device: Device) => device.id} label={t("devices-list")} class="devices-list" mark={false}>
          {(device: Device) => <Line device={device} wall={wall} ask={setAsked} />}
        </GlideList>
      )}
      {view.revoked.length > 0 && (
        <details class="devices-gone">
          <summary class="unfolds">
            {t("devices-removed")} · {view.revoked.length}
          </summary>
          <ul class="devices-list">
            {view.revoked.map((device: Device) => (
              <li key={device.id}>
                <Line device={device} wall={wall} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Adding asked={asked} devices={view.devices} wall={wall} onClose={close} onAsk={setAsked} />
      <Renaming asked={asked} onClose={close} />
      <Removing asked={asked} onClose={close} />
    </main>
  );
}

function Line({ device, wall, ask }: { device: Device; wall: number; ask?: (asked: Asked) => void }) {
  const [mark, tone] = STATES[device.state]!;
  return (
    <div class={ask ? "device" : "device gone"}>
      <span class="device-mark">
        <Icon of={KINDS[device.kind] ?? KINDS["desk"]!} size="1.6rem" />
      </span>
      <div class="device-words">
        <p class="device-name">
          {nameOf(device)}
          {device.name && <span class="device-kind">{t(`devices-kind-${device.kind}`)}</span>}
        </p>
        <p class="device-facts">{facts(device, wall)}</p>
      </div>
      <Chip tone={tone} icon={mark}>
        {t(`devices-state-${device.state}`)}
      </Chip>
      {ask && (
        <div class="device-ways">
          <Button variant="ghost" onClick={() => ask({ what: "rename", device })}>
            {t("devices-rename")}
          </Button>
          <Button variant="ghost" onClick={() => ask({ what: "again", device })}>
            {t("devices-pair-again")}
          </Button>
          <Button variant="ghost" class="device-remove" onClick={() => ask({ what: "remove", device })}>
            {t("devices-remove")}
          </Button>
        </div>
      )}
    </div>
  );
}

function facts(device: Device, wall: number): string {
  const said: string[] = [];
  if (device.revoked_at) said.push(t("devices-removed-on", { date: day(device.revoked_at) }));
  else if (device.people.length) said.push(t("devices-people", { names: listed(device.people) }));
  if (device.state === "silent" && device.seen_at) {
    said.push(t("devices-seen", { age: ageOf((wall - new Date(device.seen_at).getTime()) / 1000) }));
  }
  if (device.paired_at) said.push(t("devices-paired-on", { date: day(device.paired_at) }));
  return said.join(" · ");
}
