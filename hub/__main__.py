"""`salon-hub`, or `python -m hub`: loads the command line and hands over to it."""

from __future__ import annotations

import gc
import signal


def main() -> None:
    """Run the command line.

    What it loads stays until the end, so the collector does not look for garbage in it meanwhile or later: a fifth of the
    time until a command begins. Ctrl-C meanwhile ends it without a trace.
    """
    gc.disable()
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:  # not where the shell has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from hub.cli import main as run

    signal.signal(signal.SIGINT, heard)
    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
