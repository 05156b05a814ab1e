import "./tokens.css";
import "./base.css";
import "./forced-colors.css";
import { Component, render, type ComponentChildren, type FunctionComponent } from "preact";
import { addTexts, t } from "@client/i18n";
import { awaited, language, other } from "@client/language";
import { persist } from "@client/later";
import { ErrorState } from "./States";
import { ToastHost } from "./Toast";

interface BoundaryState {
  error: Error | undefined;
}

const RELOAD_AFTER_MS = 15_000;

/** A fault in a screen's code shows a sentence and a way out instead of white paper. Where nobody stands who could take it, the page
 *  takes it by itself. */
class Boundary extends Component<{ children: ComponentChildren }, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static override getDerivedStateFromError(error: Error): BoundaryState {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    console.error(error);
    if (/tv|kiosk/.test(document.documentElement.dataset["scale"] ?? "")) setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }

  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorState
        sentence={t("error-page", { code: error.name })}
        code={error.name}
        action={{ label: t("button-reload"), onClick: () => location.reload() }}
      />
    );
  }
}

/** Where what a button has done puts another one into its place, `data-once` stands around them: the second press of a double one, or
 *  of a key that is held, is not meant for that. */
function once(event: MouseEvent | KeyboardEvent): void {
  const again = "key" in event ? event.repeat && event.key === "Enter" : event.detail > 1;
  if (!again || !(event.target as Element).closest?.("[data-once]")) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Put a screen into the page. Scale, theme and seat stand in the page's own `<html data-scale data-theme data-seat>`. */
export function startPage(App: FunctionComponent): void {
  const forced = new URLSearchParams(location.search).get("theme");
  if (forced === "light" || forced === "dark") document.documentElement.dataset["theme"] = forced;
  addEventListener("click", once, true);
  addEventListener("keydown", once, true);
  render(
    <Boundary>
      <App />
      <ToastHost />
    </Boundary>,
    document.getElementById("app")!,
  );
}

type Texts = Record<string, () => Promise<string>>;

/** Start the page with the texts of its language; those of the other follow once it stands. `texts` are files to be loaded:
 *
 * `import.meta.glob<string>("@locales/*\/desk.ftl", { query: "?raw", import: "default" })`
 */
export async function startSpeaking(App: FunctionComponent, texts: Texts): Promise<void> {
  const folder = `/${language.value}/`;
  const own = (path: string) => path.includes(folder);
  awaited.value = other(language.value);
  await loadTexts(texts, own);
  startPage(App);
  await loadTexts(texts, (path) => !own(path));
  awaited.value = undefined;
}

async function loadTexts(texts: Texts, isWanted: (path: string) => boolean): Promise<void> {
  const wanted = Object.entries(texts).filter(([path]) => isWanted(path));
  addTexts(Object.fromEntries(await Promise.all(wanted.map(async ([path, text]) => [path, await persist(text)] as const))));
}
