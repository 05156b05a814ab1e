import { CalendarCheck, Footprints, ScanQrCode } from "lucide-preact";
import { t, textIn } from "@client/i18n";
import { Icon } from "@design";
import { answer, type KioskView } from "./talk";

export function Welcome({ view }: { view: KioskView }) {
  return (
    <>
      <div class="welcome-hello">
        <h1 lang="zh" id="asked">{textIn("zh", "welcome-hello")}</h1>
        <p lang="en">{textIn("en", "welcome-hello")}</p>
        <p class="welcome-now">
          {view.opens === null ? t("welcome-closed") : view.waiting ? t("welcome-waiting", { count: view.waiting }) : t("welcome-waiting-none")}
        </p>
      </div>
      <div class="welcome-ways">
        <button type="button" class="way booked" onClick={() => void answer({ kind: "begin", way: "booking" })}>
          <Icon of={CalendarCheck} size="3.4rem" />
          <span class="way-name">{t("welcome-booking")}</span>
          <span class="way-hint">{t("welcome-booking-hint")}</span>
        </button>
        <button type="button" class="way" onClick={() => void answer({ kind: "begin", way: "walk_in" })}>
          <Icon of={Footprints} size="3.4rem" />
          <span class="way-name">{t("welcome-walk-in")}</span>
          <span class="way-hint">{t("welcome-walk-in-hint")}</span>
        </button>
        <p class="welcome-scan">
          <Icon of={ScanQrCode} /> {t("welcome-scan")}
        </p>
      </div>
    </>
  );
}
