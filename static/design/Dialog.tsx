import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "@client/i18n";
import { IconButton } from "./Button";
import { layers, ToastHost } from "./Toast";
import "./dialog.css";

export interface DialogProps {
  open: boolean;
  /** Escape, the cross, or a tap beside it. */
  onClose: () => void;
  title: string;
  children?: ComponentChildren;
  /** The buttons, the main one last. */
  actions?: ComponentChildren;
  /** centre, or a sheet from the bottom or from the side. */
  place?: "centre" | "bottom" | "side";
  /** Id of what a screen reader says with the title. */
  describedBy?: string;
}

/** A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, gives it back, and mutes what is behind. */
export function Dialog({ open, onClose, title, children, actions, place = "centre", describedBy }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();

  // Before it can be seen: a key that is struck at the sight of it must find it open.
  useLayoutEffect(() => {
    const dialog = element.current!;
    if (!open) dialog.close();
    else if (!dialog.open) {
      dialog.showModal();
      // To its first field where there is one, and not to the cross; a thumb is spared the keys that would come up with it.
      if (place === "centre" && !dialog.querySelector("[autofocus]") && matchMedia("(pointer: fine)").matches) {
        dialog.querySelector<HTMLElement>(".dialog-body :is(input, select, textarea)")?.focus();
      }
    }
  }, [open]);

  // Taken out of the page while it is open, the browser would leave the focus nowhere.
  useLayoutEffect(() => () => element.current?.close(), []);

  useLayoutEffect(() => {
    if (!open) return undefined;
    layers.value = [...layers.value, name];
    return () => (layers.value = layers.value.filter((each) => each !== name));
  }, [open]);

  const cancelled = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  // Not where a text is marked with the mouse, which is let go beside the dialog.
  const pressed = useRef<EventTarget | null>(null);
  const beside = (event: MouseEvent) => {
    if (event.target === element.current && pressed.current === element.current) onClose();
  };

  return (
    <dialog ref={element} class={`dialog ${place}`} aria-labelledby={name} aria-describedby={describedBy} onCancel={cancelled} onPointerDown={(event) => (pressed.current = event.target)} onClick={beside}>
      {open && (
        <div class="dialog-paper">
          <header class="dialog-head">
            <h2 id={name}>{title}</h2>
            <IconButton of={X} label={t("button-close")} onClick={onClose} class="push" />
          </header>
          <div class="dialog-body">{children}</div>
          {actions && <footer class="dialog-actions">{actions}</footer>}
        </div>
      )}
      {open && <ToastHost layer={name} />}
    </dialog>
  );
}

/** A dialog that slides in: from the bottom under a thumb, from the side at a desk. */
export function Sheet({ from = "bottom", ...rest }: Omit<DialogProps, "place"> & { from?: "bottom" | "side" }) {
  return <Dialog {...rest} place={from} />;
}
