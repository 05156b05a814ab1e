/** The store's own rules of signing in: which passwords it takes, and whether managers need a second step. */
import { useState } from "preact/hooks";
import type { CommandData, ViewOf } from "@client/api";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { Button, Card, Dialog, SegmentedControl, toast } from "@design";

type View = ViewOf<"staff">;

export function Rules({ view }: { view: View }) {
  const [asked, setAsked] = useState(false);
  const put = async (change: Partial<CommandData<"security.set_sign_in_rules">>) => {
    try {
      await send("security.set_sign_in_rules", { password_policy: null, require_second_factor: null, ...change });
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    }
  };
  return (
    <Card title={t("rules-title")}>
      <p class="muted">{t("rules-factor-text")}</p>
      <SegmentedControl
        label={t("rules-factor")}
        value={view.require_second_factor ? "on" : "off"}
        onValue={(value) => (value === "on" ? void put({ require_second_factor: true }) : setAsked(true))}
        options={[
          { value: "on", label: t("rules-factor-on") },
          { value: "off", label: t("rules-factor-off") },
        ]}
      />
      <p class="muted">{t(`rules-policy-${view.password_policy}-text`)}</p>
      <SegmentedControl
        label={t("rules-policy")}
        value={view.password_policy}
        onValue={(value) => void put({ password_policy: value })}
        options={[
          { value: "modern", label: t("rules-policy-modern") },
          { value: "mlps", label: t("rules-policy-mlps") },
        ]}
      />
      <Dialog
        open={asked}
        onClose={() => setAsked(false)}
        title={t("rules-factor-off-title")}
        actions={
          <>
            <Button onClick={() => setAsked(false)}>{t("button-cancel")}</Button>
            <Button
              variant="danger"
              onClick={() => {
                setAsked(false);
                void put({ require_second_factor: false });
              }}
            >
              {t("rules-factor-off")}
            </Button>
          </>
        }
      >
        <p>{t("rules-factor-off-text")}</p>
      </Dialog>
    </Card>
  );
}
