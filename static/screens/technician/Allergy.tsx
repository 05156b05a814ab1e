import { TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { Button, Icon, toast } from "@design";

/** The warning; what it is about is opened on purpose, and that somebody did is on record. What is known changes its `version`:
 *  what was read before is then taken away, and has to be read again. */
export function Allergy({ booking, version, running }: { booking: string; version: string | null; running: boolean }) {
  const [read, setRead] = useState<{ version: string | null; text: string }>();
  const open = async () => {
    try {
      setRead({ version, text: (await send("privacy.open_allergy", { booking_id: booking })).result.allergy });
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  const current = read?.version === version ? read : undefined;
  return (
    <p class="allergy" role="alert">
      <Icon of={TriangleAlert} />
      <strong>{t("allergy")}</strong>
      <span>{current ? current.text : read ? t("allergy-changed") : running ? "" : t("allergy-hint")}</span>
      {!current && <Button onClick={() => void open()}>{t("allergy-open")}</Button>}
    </p>
  );
}
