import { Anchor, CircleHelp, Copy, ShieldAlert, ShieldCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { copyText } from "@client/clipboard";
import { send } from "@client/door";
import { number } from "@client/format";
import { t } from "@client/i18n";
import { Button, Icon, toast } from "@design";
import type { View } from "./state";

/** Whether the record still says what happened: the last check, the last anchor, and a line to keep elsewhere. */
export function Chain({ chain }: { chain: View["chain"] }) {
  const [asking, setAsking] = useState(false);
  const state = chain.fault ? "broken" : chain.checked_at ? "whole" : "unchecked";
  const tone = { broken: "alert", whole: "ok", unchecked: "neutral" }[state];
  const mark = { broken: ShieldAlert, whole: ShieldCheck, unchecked: CircleHelp }[state];
  const check = async () => {
    setAsking(true);
    try {
      await send("audit.ask_verification", {});
      toast(t("audit-check-asked"));
    } catch (error) {
      toast((error as Error).message, { tone: "alert" });
    } finally {
      setAsking(false);
    }
  };
  return (
    <section class={`chain ${tone}`} aria-label={t(`audit-chain-${state}`)}>
      <span class="chain-mark">
        <Icon of={mark} size="1.75rem" />
      </span>
      <div class="chain-words">
        <h2>{t(`audit-chain-${state}`)}</h2>
        {chain.fault && (
          <p class="chain-fault">
            {t(`audit-fault-${chain.fault}`, { seq: chain.fault_seq ?? "–", anchor: chain.fault_anchor ?? "–" })}{" "}
            {t("audit-fault-what-now")}
          </p>
        )}
        {chain.checked_at && (
          <p class="muted small">{t("audit-chain-checked", { at: chain.checked_at, rows: number(chain.checked_rows) })}</p>
        )}
        <p class="muted small">
          {chain.anchored_at
            ? t("audit-chain-anchored", { seq: number(chain.anchored_seq ?? 0), at: chain.anchored_at })
            : t("audit-chain-not-anchored")}
        </p>
        {chain.no_anchor && chain.no_anchor_since && (
          <p class="chain-fault">
            {t(`audit-no-anchor-${chain.no_anchor}`)} {t("audit-no-anchor", { at: chain.no_anchor_since })}
          </p>
        )}
      </div>
      {chain.anchor_line && <Paper line={chain.anchor_line} />}
      <Button onClick={() => void check()} working={asking}>
        {t("audit-check-now")}
      </Button>
    </section>
  );
}

function Paper({ line }: { line: string }) {
  const copy = async () => {
    if (await copyText(line)) toast(t("audit-chain-copied"));
  };
  return (
    <div class="chain-paper" title={t("audit-chain-line-hint")}>
      <p class="small chain-paper-name">
        <Icon of={Anchor} size="0.95rem" /> {t("audit-chain-line")}
      </p>
      <p class="chain-line">
        <code>{line}</code>
        <button type="button" class="chain-copy" onClick={() => void copy()} aria-label={t("audit-chain-copy")}>
          <Icon of={Copy} size="1rem" />
        </button>
      </p>
    </div>
  );
}
