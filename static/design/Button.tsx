import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./Icon";
import "./button.css";

type Native = Omit<JSX.HTMLAttributes<HTMLButtonElement>, "size" | "icon" | "label">;

export interface ButtonProps extends Native {
  /** primary: the one thing to do. quiet: everything else. danger: takes something away. ghost: on a surface of its own. */
  variant?: "primary" | "quiet" | "danger" | "ghost";
  /** 44, 64 or 88 px high. */
  size?: "sm" | "md" | "lg";
  icon?: LucideIcon;
  /** Fill the width of the container. */
  wide?: boolean;
  /** The action is on its way: pressed again, it would be the same action. */
  working?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  children?: ComponentChildren;
}

export function Button({
  variant = "quiet",
  size = "sm",
  icon,
  wide = false,
  working = false,
  disabled = false,
  type = "button",
  children,
  class: extra,
  ...rest
}: ButtonProps) {
  const classes = ["button", variant, size, wide && "wide", working && "working", extra].filter(Boolean).join(" ");
  return (
    <button {...rest} type={type} class={classes} disabled={disabled || working} aria-busy={working || undefined}>
      {icon && <Icon of={icon} />}
      <span class="button-word">{children}</span>
    </button>
  );
}

export interface IconButtonProps extends Native {
  of: LucideIcon;
  /** Always said to a screen reader and shown on hover. */
  label: string;
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  disabled?: boolean;
}

export function IconButton({ of, label, variant = "ghost", size = "sm", class: extra, ...rest }: IconButtonProps) {
  const classes = ["button", "icon-only", variant, size, extra].filter(Boolean).join(" ");
  return (
    <button {...rest} type="button" class={classes} aria-label={label} title={label}>
      <Icon of={of} />
    </button>
  );
}
