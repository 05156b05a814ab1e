/** A calendar entry (RFC 5545) of one booking, made on the phone: the hub is not asked again. */
export interface Entry {
  uid: string;
  start: string;
  end: string;
  title: string;
  address: string;
}

const OCTETS = 75; // longest line, RFC 5545 §3.1

function stamp(moment: string | number): string {
  return `${new Date(moment).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/** Lines longer than 75 octets go on in the next one after a blank; a character is never cut. */
export function folded(line: string): string {
  const size = (text: string) => new TextEncoder().encode(text).length;
  const lines: string[] = [];
  let now = "";
  for (const character of line) {
    if (size(now + character) > OCTETS) {
      lines.push(now);
      now = " ";
    }
    now += character;
  }
  return [...lines, now].join("\r\n");
}

export function calendarText({ uid, start, end, title, address }: Entry): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Salon Hub//Visit//EN",
    "BEGIN:VEVENT",
    `UID:${uid}@salon-hub`,
    `DTSTAMP:${stamp(Date.now())}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escaped(title)}`,
    `URL:${address}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escaped(title)}`,
    "TRIGGER:-PT2H",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

export function saveCalendar(entry: Entry): void {
  const address = URL.createObjectURL(new Blob([calendarText(entry)], { type: "text/calendar" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "visit.ics";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
