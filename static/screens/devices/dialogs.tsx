import { CircleCheck } from "lucide-preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { send } from "@client/door";
import { countdown } from "@client/format";
import { t } from "@client/i18n";
import { Button, Callout, Dialog, Form, Icon, QrImage, TextInput, toast } from "@design";
import { KINDS, nameOf, type Device } from "./kinds";

export type Asked = { what: "add" } | { what: "again" | "rename" | "remove"; device: Device };

interface Offer {
  device_id: string;
  code: string;
  path: string;
  matrix: string[];
  expires_at: string;
}

type Kind = "kiosk" | "waiting_room" | "technician_tablet" | "desk";

const ORDER: Kind[] = ["kiosk", "waiting_room", "technician_tablet", "desk"];
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

function complain(error: unknown): void {
  toast((error as Error).message, { tone: "alert" });
}

/** From the choice of a kind to the code, and on to the moment when the device is there. */
export function Adding({
  asked,
  devices,
  wall,
  onClose,
  onAsk,
}: {
  asked: Asked | undefined;
  devices: readonly Device[];
  wall: number;
  onClose: () => void;
  onAsk: (asked: Asked) => void;
}) {
  const [offer, setOffer] = useState<Offer>();
  const again = asked?.what === "again" ? asked.device : undefined;
  const open = asked?.what === "add" || again !== undefined;
  const prepare = async (wanted: { kind?: Kind; name?: string; device_id?: string }) => {
    try {
      const data = { kind: null, name: null, device_id: null, ...wanted, origin: location.origin };
      setOffer((await send("security.prepare_device", data)).result);
    } catch (error) {
      complain(error);
      onClose();
    }
  };
  useLayoutEffect(() => {
    setOffer(undefined);
    if (again) void prepare({ device_id: again.id });
  }, [asked]);
  const device = offer && devices.find((each) => each.id === offer.device_id);
  const title = device ? t("devices-code-title", { name: nameOf(device) }) : t("devices-add");
  return (
    <Dialog open={open} onClose={onClose} title={again ? t("devices-code-title", { name: nameOf(again) }) : title}>
      {offer ? (
        <Code offer={offer} device={device} wall={wall} onClose={onClose} onAgain={(one) => onAsk({ what: "again", device: one })} />
      ) : (
        asked?.what === "add" && <Choice onChosen={(kind, name) => prepare({ kind, name })} />
      )}
    </Dialog>
  );
}

function Choice({ onChosen }: { onChosen: (kind: Kind, name: string) => Promise<void> }) {
  const [kind, setKind] = useState<Kind>("kiosk");
  const [name, setName] = useState("");
  const [working, setWorking] = useState(false);
  const submit = () => {
    setWorking(true);
    void onChosen(kind, name.trim()).finally(() => setWorking(false));
  };
  return (
    <Form class="choice" ready={name.trim() !== ""} onSend={submit}>
      <fieldset class="kinds">
        <legend>{t("devices-kind")}</legend>
        {ORDER.map((each) => (
          <label key={each} class={each === kind ? "kind chosen" : "kind"}>
            <input type="radio" class="unseen" name="kind" checked={each === kind} onChange={() => setKind(each)} />
            <Icon of={KINDS[each]!} size="1.5rem" />
            <span>
              <span class="kind-name">{t(`devices-kind-${each}`)}</span>
              <span class="kind-for">{t(`devices-kind-${each}-for`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <TextInput label={t("devices-name")} hint={t("devices-name-hint")} maxLength={60} value={name} onValue={setName} />
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!name.trim()}>
        {t("devices-make-code")}
      </Button>
    </Form>
  );
}

function Code({
  offer,
  device,
  wall,
  onClose,
  onAgain,
}: {
  offer: Offer;
  device: Device | undefined;
  wall: number;
  onClose: () => void;
  onAgain: (device: Device) => void;
}) {
  const left = (new Date(offer.expires_at).getTime() - wall) / 1000;
  if (device && device.pairing_until === null && left > 0) {
    return (
      <div class="paired">
        <Icon of={CircleCheck} size="3rem" />
        <p>{t("devices-paired", { name: nameOf(device) })}</p>
        <Button variant="primary" size="md" onClick={onClose}>
          {t("button-done")}
        </Button>
      </div>
    );
  }
  if (left <= 0) {
    return (
      <div class="paired over">
        <p>{t("devices-code-over")}</p>
        {device && (
          <Button variant="primary" size="md" onClick={() => onAgain(device)}>
            {t("devices-code-new")}
          </Button>
        )}
      </div>
    );
  }
  const local = LOCAL_HOSTS.includes(location.hostname);
  return (
    <div class="code">
      <p class="muted">{t("devices-code-text")}</p>
      <div class="code-both">
        <QrImage matrix={offer.matrix} label={t("devices-code-qr")} size="12rem" />
        <div class="code-typed">
          <p class="code-address">{location.host}/sign-in</p>
          <p class="code-digits" aria-label={t("devices-code-label")}>
            {offer.code.slice(0, 4)} {offer.code.slice(4)}
          </p>
          <p class="muted numbers">{t("devices-code-left", { left: countdown(left) })}</p>
        </div>
      </div>
      {local && <Callout class="small">{t("devices-local-address", { host: location.hostname })}</Callout>}
    </div>
  );
}

export function Renaming({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  const device = asked?.what === "rename" ? asked.device : undefined;
  const [name, setName] = useState("");
  useLayoutEffect(() => setName(device?.name ?? ""), [device?.id]);
  const save = async () => {
    if (!device || !name.trim()) return;
    try {
      await send("security.rename_device", { device_id: device.id, name: name.trim() });
      onClose();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Dialog
      open={device !== undefined}
      onClose={onClose}
      title={t("devices-rename-title")}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" disabled={!name.trim()} onClick={() => void save()}>
            {t("devices-save")}
          </Button>
        </>
      }
    >
      <TextInput label={t("devices-name")} hint={t("devices-name-hint")} maxLength={60} value={name} onValue={setName} />
    </Dialog>
  );
}

/** Asked first, because it cannot be taken back: a removed device comes in only as a new one. */
export function Removing({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  const device = asked?.what === "remove" ? asked.device : undefined;
  const remove = async () => {
    if (!device) return;
    try {
      await send("security.revoke_device", { device_id: device.id });
      toast(t("devices-removed-now", { name: nameOf(device) }));
      onClose();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Dialog
      open={device !== undefined}
      onClose={onClose}
      title={device ? t("devices-remove-title", { name: nameOf(device) }) : ""}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="danger" onClick={() => void remove()}>
            {t("devices-remove")}
          </Button>
        </>
      }
    >
      <p>{t("devices-remove-text")}</p>
    </Dialog>
  );
}
