/** Put text on the clipboard. Without TLS browsers have no clipboard of their own, but still copy what is marked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyMarked(text);
  }
}

function copyMarked(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  // Outside of an open dialog nothing can be marked.
  const stage = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  stage.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}
