"""Two threads that both keep Python busy hinder each other: small steps of one wait for long ones of the other.

So the thread that bounds takes a turn for what it does in Python, and the one that searches waits between two
neighbourhoods until that is over; while a solver works, which needs no Python, nobody waits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """One thread's turn at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and have it."""
        with self._lock:
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = None

    @contextmanager
    def given(self) -> Iterator[None]:
        """Let others have it meanwhile, if it is this thread's."""
        if self._owner != threading.get_ident():
            yield
            return
        self._owner = None
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._owner = threading.get_ident()

    def wait(self, seconds: float) -> None:
        """Wait until it is nobody's, but no longer than this."""
        if self._lock.acquire(timeout=max(0.0, seconds)):
            self._lock.release()
