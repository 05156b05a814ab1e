import { kindName, sentenceOf, valueOf, whoOf } from "./words";
import type { Line } from "./state";

/** One cell. What a spreadsheet would take for a formula is made text. */
export function cell(value: string | number): string {
  const text = String(value);
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${tame.replaceAll('"', '""')}"`;
}

/** The lines as they are shown, for a spreadsheet; with a mark at the front, so that Excel reads it as UTF-8. */
export function csvOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.seq,
    line.at,
    whoOf(line),
    line.device_name,
    kindName(line.type.split(".")[0]!),
    sentenceOf(line),
    line.type,
    line.command,
    line.command_id,
    line.details.map((one) => `${one.field}=${valueOf(one.name ?? one.value)}`).join("; "),
  ]);
  const head = ["seq", "at", "who", "device", "kind", "sentence", "fact", "command", "command_id", "data"];
  return `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

export function saveAs(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
