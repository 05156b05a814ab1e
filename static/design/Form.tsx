import type { ComponentChildren } from "preact";

/** A form that the page answers itself: Enter sends it once it is `ready`, and words stand beside fields instead of the browser's. */
export function Form({
  class: kind = "column",
  ready = true,
  onSend,
  children,
}: {
  class?: string;
  ready?: boolean;
  onSend: () => void;
  children: ComponentChildren;
}) {
  return (
    <form
      class={kind}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSend();
      }}
    >
      {children}
    </form>
  );
}
