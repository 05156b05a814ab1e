/** The codes for the day the phone is lost: how many are left, and ten new ones for one that is still good. */
import { useState } from "preact/hooks";
import type { ViewOf } from "@client/api";
import { send } from "@client/door";
import { t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, Card, Chip, Form } from "@design";
import { CodeInput, isWhole } from "./CodeInput";
import { Codes } from "./Codes";

const FEW = 2;

export function RecoveryCodes({ view }: { view: ViewOf<"me"> }) {
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>();
  const { working, problem, run } = useTry();
  const left = view.recovery_codes_left;
  const make = () =>
    run(async () => {
      const said = (await send("security.make_recovery_codes", { code })).result;
      setCode("");
      if (said.outcome === "refused") throw new Error(t("error-wrong-code"));
      setCodes(said.recovery_codes);
    });
  return (
    <Card title={t("me-codes")} aside={<Chip tone={left <= FEW ? "alert" : "ok"}>{left}</Chip>}>
      {codes ? (
        <Codes codes={codes} onKept={() => setCodes(undefined)} />
      ) : (
        <>
          <p>{t("me-codes-left", { count: left })}</p>
          <p class="muted">{t(left || view.has_authenticator ? "me-codes-text" : "me-codes-over")}</p>
          {(left > 0 || view.has_authenticator) && (
            <Form ready={isWhole(code)} onSend={() => void make()}>
              <CodeInput value={code} onValue={setCode} error={problem} />
              <div>
                <Button type="submit" working={working} disabled={!isWhole(code)}>
                  {t("me-codes-new")}
                </Button>
              </div>
            </Form>
          )}
        </>
      )}
    </Card>
  );
}
