import { TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { Button, Icon, toast } from "@design";

/** The warning; what it is about is opened on purpose, and that somebody did is on record. */
export function Allergy({ booking, running }: { booking: string; running: boolean }) {
  const [text, setText] = useState<string>();
  const open = async () => {
    try {
      setText((await send("privacy.open_allergy", { booking_id: booking })).result.allergy);
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <p class="allergy" role="alert">
      <Icon of={TriangleAlert} />
      <strong>{t("allergy")}</strong>
      <span>{text ?? (running ? "" : t("allergy-hint"))}</span>
      {text === undefined && <Button onClick={() => void open()}>{t("allergy-open")}</Button>}
    </p>
  );
}
