import { ContactRound } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "@design";
import { useLater } from "@client/later";
import { t } from "../words";

/** The customer's contact and allergies, masked until somebody says why; loaded when it is asked for. */
export function File({ customer }: { customer: string }) {
  const [open, setOpen] = useState(false);
  if (open) return <Loaded customer={customer} />;
  return (
    <Button variant="ghost" icon={ContactRound} onClick={() => setOpen(true)}>
      {t("customer-file")}
    </Button>
  );
}

function Loaded({ customer }: { customer: string }) {
  const later = useLater(() => import("@design/CustomerFile"));
  return later ? <later.CustomerFile id={customer} /> : null;
}
