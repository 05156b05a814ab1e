/** The store's own rules of signing in: which passwords it takes, and whether managers need a second step. */
import { useState } from "preact/hooks";
import type { CommandData, ViewOf } from "@client/api";
import { send } from "@client/door";
import { listed } from "@client/format";
import { t } from "@client/i18n";
import { Button, Card, Dialog, SegmentedControl, toast } from "@design";

type View = ViewOf<"staff">;

export function Rules({ view }: { view: View }) {
  const [asked, setAsked] = useState<"on" | "off">();
  const obliged = new Set<string>(view.second_factor_roles);
  const without = view.accounts.filter((each: View["accounts"][number]) => !each.has_second_factor && each.roles.some((role: string) => obliged.has(role)));
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
        onValue={(value) => (value === "on" && !without.length ? void put({ require_second_factor: true }) : setAsked(value as "on" | "off"))}
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
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t(`rules-factor-${asked ?? "off"}-title`)}
        actions={
          <>
            <Button onClick={() => setAsked(undefined)}>{t("button-cancel")}</Button>
            <Button
              variant={asked === "on" ? "primary" : "danger"}
              onClick={() => {
                setAsked(undefined);
                void put({ require_second_factor: asked === "on" });
              }}
            >
              {t(`rules-factor-${asked ?? "off"}`)}
            </Button>
          </>
        }
      >
        <p>{asked === "on" ? t("rules-factor-on-text", { names: listed(without.map((each: View["accounts"][number]) => each.name)) }) : t("rules-factor-off-text")}</p>
        {asked === "on" && without.some((each: View["accounts"][number]) => each.is_me) && (
          <p>
            <strong>{t("rules-factor-on-me")}</strong>
          </p>
        )}
      </Dialog>
    </Card>
  );
}
