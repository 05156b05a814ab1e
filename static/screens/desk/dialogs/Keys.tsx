import { Dialog } from "@design";
import { shut } from "./Small";
import { t } from "../words";

const KEYS: [keys: string[], text: string][] = [
  [["B"], "do-book"],
  [["W"], "do-walk-in"],
  [["Ctrl", "K"], "search"],
  [["Ctrl", "Z"], "key-undo"],
  [["T"], "key-lanes"],
  [["N"], "to-now"],
  [["+"], "zoom-in"],
  [["−"], "zoom-out"],
  [["["], "day-before"],
  [["]"], "day-after"],
  [["G"], "back-to-today"],
  [["←", "→", "↑", "↓"], "key-arrows"],
  [["Enter"], "key-enter"],
  [["I"], "do-check-in"],
  [["C"], "do-call"],
  [["S"], "do-start"],
  [["F"], "do-finish"],
  [["L"], "key-late"],
  [["M"], "do-move"],
  [["Y"], "do-why-not"],
  [["P"], "key-pin"],
  [["Esc"], "button-close"],
  [["?"], "keys"],
];

export function Keys() {
  return (
    <Dialog open onClose={shut} title={t("keys")}>
      <dl class="keys">
        {KEYS.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
