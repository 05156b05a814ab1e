import { LogOut } from "lucide-preact";
import { useState } from "preact/hooks";
import { ask } from "@client/door";
import { t } from "@client/i18n";
import { whileLeaving } from "@client/session";
import { Button, IconButton } from "./Button";
import { toast } from "./Toast";

/** The way out for whoever is signed in here; the page goes with them, so that nothing of it stays behind. */
export function SignOut({ small }: { small?: boolean }) {
  const [working, setWorking] = useState(false);
  const leave = async () => {
    setWorking(true);
    try {
      await whileLeaving(() => ask("/api/sign-out", { method: "POST" }));
      location.replace("/");
    } catch (error) {
      setWorking(false);
      toast((error as Error).message, { tone: "alert" });
    }
  };
  if (small) return <IconButton of={LogOut} label={t("button-sign-out")} disabled={working} onClick={() => void leave()} />;
  return (
    <Button icon={LogOut} working={working} onClick={() => void leave()}>
      {t("button-sign-out")}
    </Button>
  );
}
