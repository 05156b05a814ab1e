/** The present password, asked for before something that an unattended screen must not give away. */
import { useState } from "preact/hooks";
import { t } from "@client/i18n";
import { Button, Form, TextInput } from "@design";

export function Present({ does, onShown, onBack }: { does: string; onShown: (present: string) => Promise<void>; onBack: () => void }) {
  const [present, setPresent] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      await onShown(present);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  return (
    <Form ready={Boolean(present)} onSend={() => void run()}>
      <TextInput
        label={t("me-password-present")}
        type="password"
        autoComplete="current-password"
        autoFocus
        value={present}
        onValue={setPresent}
        error={problem}
      />
      <div class="row wrap">
        <Button type="submit" variant="primary" working={working} disabled={!present}>
          {does}
        </Button>
        <Button onClick={onBack}>{t("button-cancel")}</Button>
      </div>
    </Form>
  );
}
