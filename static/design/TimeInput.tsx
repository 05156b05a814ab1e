import { useLayoutEffect, useState } from "preact/hooks";

/** A time of day as the house writes it, 24 hours, whatever the browser's own habit: "9" is 09:00, and "930" is 09:30. */
export function TimeInput({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useLayoutEffect(() => setTyped(value), [value]);
  const leave = () => {
    const read = readTime(typed);
    setTyped(read ?? value);
    if (read !== undefined && read !== value) onValue(read);
  };
  return (
    <input
      class="input time-input numbers"
      type="text"
      inputMode="numeric"
      autoComplete="off"
      maxLength={5}
      aria-label={label}
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

/** "HH:MM", or undefined for what is no time of day. */
export function readTime(typed: string): string | undefined {
  const match = /^(\d{1,2})(?:[:：.]?(\d{2}))?$/.exec(typed.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2] ?? 0)];
  if (!match || hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
