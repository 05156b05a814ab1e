"""One hub at a time serves an SQLite store: of two, each would do the standing work and send the messages, and neither would
hear at once what the other wrote. On PostgreSQL the hubs share the work out (`duties`)."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "hub.lock"


class StoreServedError(RuntimeError):
    """Another hub serves the store in this directory."""


@contextmanager
def served_alone(data: Path) -> Iterator[None]:
    """Hold the store in `data` while it is served; the system lets go of it whatever becomes of the hub.

    A folder in which nothing can be made, or whose file system knows no locks, is served without: what is wrong with it, the
    store itself tells.

    Raises:
        StoreServedError: another hub holds it.
    """
    try:
        file = (data / LOCK).open("ab")
    except OSError:
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreServedError(
                f"another hub serves the store in {data}: stop it first; several processes need PostgreSQL"
            ) from None
        except OSError:  # no locks here
            pass
        yield
