"""`salon-hub`, or `python -m hub`: loads the command line and hands over to it."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line.

    What it loads stays until the end, so the collector does not look for garbage in it meanwhile or later: a fifth of the
    time until a command begins.
    """
    gc.disable()
    from hub.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
