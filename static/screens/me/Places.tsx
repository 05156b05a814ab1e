/** Where one is signed in now, and the way out of all others. */
import { Monitor, Tablet } from "lucide-preact";
import type { ViewOf } from "@client/api";
import { send } from "@client/door";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { Button, Card, Chip, Icon, toast } from "@design";

export function Places({ view }: { view: ViewOf<"me"> }) {
  const leave = async () => {
    try {
      const { result } = await send("security.sign_out_elsewhere", {});
      toast(t("me-place-left", { count: result.sessions }));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <Card title={t("me-places")}>
      <p class="muted">{t("me-places-text")}</p>
      <ul class="me-passkeys me-places">
        {view.places.map((each) => (
          <li key={each.since + each.used_at}>
            <Icon of={each.is_tablet ? Tablet : Monitor} size="1.5em" />
            <span class="me-passkey">
              <strong>{each.device || t(each.is_tablet ? "me-place-tablet" : "me-place-browser")}</strong>
              <span class="small muted numbers">{t("me-place-since", { date: dayAndTime(each.since) })}</span>
            </span>
            {each.is_here && <Chip tone="ok">{t("me-place-here")}</Chip>}
          </li>
        ))}
      </ul>
      {view.places.length > 1 && (
        <div>
          <Button onClick={() => void leave()}>{t("me-place-leave")}</Button>
        </div>
      )}
    </Card>
  );
}
