/** Where a dialog is open its paper, else the heading under which somebody was, or the page's own. */
function nextTo(section: Element | null): HTMLElement | null {
  const dialog = [...document.querySelectorAll<HTMLElement>("dialog[open]")].at(-1);
  const heading = section?.isConnected ? section.querySelector<HTMLElement>("h2, h3") : null;
  return dialog ?? heading ?? document.querySelector<HTMLElement>("h1");
}

/**
 * What had the focus may leave the page (a request is answered, a device removed) or be switched off while the hub is asked. The browser then
 * leaves the focus nowhere, and whoever works by keyboard would begin at the top again. Answers what ends the watch.
 */
export function keepFocus(): () => void {
  let last: HTMLElement | undefined;
  let section: Element | null = null;
  const came = ({ target }: FocusEvent) => {
    last = target as HTMLElement;
    section = last.closest("section");
  };
  const isOff = () => last instanceof HTMLButtonElement && last.disabled;
  // Left by a person, who may mean it: not taken from them.
  const went = () => setTimeout(() => document.activeElement === document.body && last?.isConnected && !isOff() && (last = undefined));
  const settle = () => {
    if (!last || document.activeElement !== document.body || isOff()) return;
    const place = last.isConnected ? last : nextTo(section);
    if (!place) return;
    if (!place.matches("button, input, select, textarea, a")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  // A dialog that closes gives the focus back itself, a moment after it is empty.
  const watch = new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(settle, 60);
  });
  document.addEventListener("focusin", came);
  document.addEventListener("focusout", went);
  watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled", "open"] });
  return () => {
    document.removeEventListener("focusin", came);
    document.removeEventListener("focusout", went);
    clearTimeout(waiting);
    watch.disconnect();
  };
}
