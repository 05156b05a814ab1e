import { Printer } from "lucide-preact";
import { t } from "@client/i18n";
import { Button } from "@design";

/** Recovery codes, shown once. */
export function Codes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <div class="column">
      <p>
        <strong>{t("sign-in-codes-title")}</strong>
      </p>
      <p class="muted">{t("sign-in-codes-text")}</p>
      <ol class="me-codes numbers">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="row wrap me-print">
        <Button icon={Printer} onClick={() => window.print()}>
          {t("sign-in-codes-print")}
        </Button>
        <Button variant="primary" onClick={onKept}>
          {t("sign-in-codes-kept")}
        </Button>
      </div>
    </div>
  );
}
