import type { ComponentChildren } from "preact";
import "./card.css";

/** One thing on the paper. Cards do not stand in cards: inside one, use `line`s and space. */
export function Card({
  title,
  aside,
  children,
  flush = false,
  class: extra,
}: {
  title?: ComponentChildren;
  /** At the end of the title's line. */
  aside?: ComponentChildren;
  children?: ComponentChildren;
  /** Without padding, for lists that reach the edge. */
  flush?: boolean;
  class?: string;
}) {
  return (
    <section class={["card", flush && "flush", extra].filter(Boolean).join(" ")}>
      {(title || aside) && (
        <header class="card-head">
          {title && <h3>{title}</h3>}
          {aside && <div class="push">{aside}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
