import type { ReadonlySignal } from "@preact/signals";
import type { addTexts, t } from "@client/i18n";
import "./read-only.css";

/** Lies over whatever page there is while the hub takes nothing new, and lets every touch through.
 *
 * It comes only when it is needed and is handed what it uses, so that no page loads a byte more for it. */
export function showReadOnly(cause: ReadonlySignal<string>, texts: { addTexts: typeof addTexts; t: typeof t }): void {
  texts.addTexts(import.meta.glob("@locales/*/read-only.ftl", { query: "?raw", import: "default", eager: true }));
  const banner = document.createElement("div");
  banner.className = "read-only";
  banner.setAttribute("role", "alert");
  const title = document.createElement("strong");
  const text = document.createElement("span");
  banner.append(title, text);
  document.body.prepend(banner);
  cause.subscribe((why) => {
    banner.hidden = !why;
    title.textContent = why && texts.t("read-only-title");
    text.textContent = why && texts.t("read-only-text", { cause: why });
  });
}
