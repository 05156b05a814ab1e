import { Eye, FileSpreadsheet, KeyRound, type LucideIcon } from "lucide-preact";
import { useState } from "preact/hooks";
import type { CommandData } from "@client/api";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { useOpened } from "@client/opened";
import { Button, Dialog, Select } from "@design";
import { done } from "./act";
import type { View } from "./Privacy";

type Why = CommandData<"privacy.ask_list">["reason"];
interface Way {
  kind: "list" | "unmasking" | "keys";
  right: string;
  icon: LucideIcon;
  command: "privacy.ask_list" | "privacy.ask_unmasking" | "privacy.ask_keys";
  /** What it is asked for; none is put into anybody's mouth. */
  whys: Why[];
}
const WAYS: Way[] = [
  { kind: "list", right: "privacy.export", icon: FileSpreadsheet, command: "privacy.ask_list", whys: ["marketing", "audit", "legal", "moving", "incident"] },
  { kind: "unmasking", right: "privacy.unmask", icon: Eye, command: "privacy.ask_unmasking", whys: ["marketing", "incident", "audit", "legal"] },
  { kind: "keys", right: "privacy.keys", icon: KeyRound, command: "privacy.ask_keys", whys: ["upkeep", "incident", "audit", "legal"] },
];

/** What one person asks for and another one allows. */
export function Asking({ view }: { view: View }) {
  const { what: asked, open: setAsked, shut } = useOpened<Way>();
  const ways = WAYS.filter((way) => view.may.includes(way.right));
  if (!ways.length) return null;
  return (
    <section class="privacy-asking">
      <h2>{t("privacy-ask")}</h2>
      <div class="row wrap">
        {ways.map((way) => (
          <Button key={way.kind} icon={way.icon} onClick={() => setAsked(way)}>
            {t(`privacy-ask-${way.kind}`)}
          </Button>
        ))}
      </div>
      {asked && <Why way={asked} onClose={shut} />}
    </section>
  );
}

function Why({ way, onClose }: { way: Way; onClose: () => void }) {
  const [why, setWhy] = useState<Why>();
  const [working, setWorking] = useState(false);
  const ask = async () => {
    if (!why) return;
    setWorking(true);
    if (await done(() => send(way.command, { reason: why }), t("privacy-asked"))) onClose();
    setWorking(false);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`privacy-ask-${way.kind}`)}
      actions={
        <>
          <Button onClick={onClose}>{t("button-cancel")}</Button>
          <Button variant="primary" working={working} disabled={!why} onClick={() => void ask()}>
            {t("privacy-ask-do")}
          </Button>
        </>
      }
    >
      <div class="column">
        <p>{t(`privacy-ask-${way.kind}-text`)}</p>
        <Select label={t("privacy-why")} value={why ?? ""} onValue={(value) => setWhy((value || undefined) as Why | undefined)} options={[{ value: "", label: t("privacy-why-choose") }, ...way.whys.map((each) => ({ value: each, label: t(`privacy-why-${each}`) }))]} />
      </div>
    </Dialog>
  );
}
