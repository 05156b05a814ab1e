import { useState } from "preact/hooks";

/** A field for a date: whoever types a year goes through 0002, 0020 and 0202, about which nobody is asked. What is being typed is left
 *  alone; `leave` when the field is left. */
export function useTypedDay(held: string, onDay: (day: string) => void): { value: string; write: (value: string) => void; leave: () => void } {
  const [typed, type] = useState("");
  const write = (value: string) => {
    const isYear = value > "1970";
    type(isYear ? "" : value);
    if (isYear) onDay(value);
  };
  return { value: typed || held, write, leave: () => type("") };
}
