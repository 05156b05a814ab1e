import type { LucideIcon } from "lucide-preact";
import type { JSX } from "preact";
import { Icon } from "./Icon";
import type { Tone } from "./StateBadge";
import "./callout.css";
import "./chip.css";

/** A sentence that must not be overlooked where it stands: `wait` for what may surprise or still has to be done, `clay` for what
 *  is new or asked for, `alert` for danger and failures. As `div`, it may hold buttons. */
export function Callout({
  tone = "wait",
  icon,
  as: Tag = "p",
  class: extra,
  children,
  ...rest
}: { tone?: Tone; icon?: LucideIcon; as?: "p" | "div" | "section"; class?: string } & Omit<JSX.HTMLAttributes<HTMLElement>, "icon" | "class">) {
  return (
    <Tag class={["callout", tone, extra].filter(Boolean).join(" ")} {...(rest as object)}>
      {icon && <Icon of={icon} />}
      {Tag === "p" ? <span>{children}</span> : children}
    </Tag>
  );
}
