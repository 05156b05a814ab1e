/** Where one is signed in now, and the way out of one of them or of all others. */
import { LogOut, Monitor, Tablet } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { handIn } from "@client/door";
import { dayAndTime } from "@client/format";
import { t } from "@client/i18n";
import { Button, Card, Chip, Icon, IconButton, toast } from "@design";
import { Present } from "./Present";

type Place = ViewOf<"me">["places"][number];

export function Places({ view }: { view: ViewOf<"me"> }) {
  /** Which session is to end; "" for all others. */
  const [ending, setEnding] = useState<string>();
  const others = view.places.some((each) => !each.is_here);
  const end = async (present: string) => {
    const { sessions } = await handIn<{ sessions: number }>("/api/end-sessions", { present, session_id: ending || null });
    setEnding(undefined);
    toast(t("me-place-left", { count: sessions }));
  };
  return (
    <Card title={t("me-places")}>
      <p class="muted">{t("me-places-text")}</p>
      <ul class="me-passkeys me-places">
        {view.places.map((each) => (
          <li key={each.id}>
            <Icon of={each.is_tablet ? Tablet : Monitor} size="1.5em" />
            <span class="me-passkey">
              <strong>{nameOf(each)}</strong>
              <span class="small muted numbers">
                {[t("me-place-since", { date: dayAndTime(each.since) }), !each.is_here && t("me-place-used", { date: dayAndTime(each.used_at) })].filter(Boolean).join(" · ")}
              </span>
            </span>
            {each.is_here ? (
              <Chip tone="ok">{t("me-place-here")}</Chip>
            ) : (
              <IconButton of={LogOut} label={t("me-place-end", { name: nameOf(each) })} onClick={() => setEnding(each.id)} />
            )}
          </li>
        ))}
      </ul>
      {ending === undefined && others && (
        <div>
          <Button onClick={() => setEnding("")}>{t("me-place-leave")}</Button>
        </div>
      )}
      {ending !== undefined && others && (
        <Present key={ending} does={t(ending ? "me-place-end-one" : "me-place-leave")} onShown={end} onBack={() => setEnding(undefined)} />
      )}
    </Card>
  );
}

function nameOf(place: Place): string {
  return place.device || t(place.is_tablet ? "me-place-tablet" : "me-place-browser");
}
