import { KeyRound } from "lucide-preact";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { Chip, Icon } from "@design";
import type { View } from "./Privacy";

export function Keys({ keys }: { keys: NonNullable<View["keys"]> }) {
  return (
    <section class="privacy-keys">
      <p>
        <Icon of={KeyRound} /> {t("privacy-keys-now", { id: keys.current })}{" "}
        {keys.under_way && <Chip tone="busy">{t("privacy-keys-under-way", { count: keys.renewed })}</Chip>}
      </p>
      {keys.finished_at && <p class="muted">{t("privacy-keys-finished", { at: dayAndTime(keys.finished_at), count: keys.renewed })}</p>}
      {keys.older.length > 0 && <p class="muted">{t("privacy-keys-older", { ids: keys.older.join(", ") })}</p>}
      <p class="small muted">{t("privacy-keys-text")}</p>
    </section>
  );
}
