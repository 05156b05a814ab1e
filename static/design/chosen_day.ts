/** As a `ref` of the chosen day: a day further on is in sight when its times are. */
export function showChosen(day: HTMLElement | null): void {
  day?.scrollIntoView({ inline: "center", block: "nearest" });
}
