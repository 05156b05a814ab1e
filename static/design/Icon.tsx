import type { LucideIcon } from "lucide-preact";
import "./icon.css";

export interface IconProps {
  /** From lucide-preact, imported by name so that only the icons in use are shipped. */
  of: LucideIcon;
  /** What the icon says; without it the icon is an ornament beside a word. */
  label?: string;
  /** In the size of the text around it, unless given: "1em", "32px". */
  size?: string;
}

export function Icon({ of: Drawing, label, size = "1.25em" }: IconProps) {
  return (
    <span class="icon" style={{ width: size, height: size }} role={label ? "img" : undefined} aria-label={label}>
      <Drawing aria-hidden="true" size="100%" strokeWidth={1.85} />
    </span>
  );
}
