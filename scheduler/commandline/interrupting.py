"""Ctrl-C (SIGINT) and SIGTERM end a search with the best plan so far; a second one ends the process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from scheduler.plan import Plan

SIGNALS = (signal.SIGINT, signal.SIGTERM)
POLL_SECONDS = 0.05

Stopped = Callable[[], bool]
WaitFor = Callable[[Callable[[], Plan]], Plan]


@contextmanager
def stopping() -> Iterator[tuple[Stopped, WaitFor]]:
    """Whether a signal has come, and a way to work while signals are heard.

    Python hears signals on the main thread and only between two of its own steps, so the work goes to another one.
    """
    told = threading.Event()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def hear(number: int, _: object) -> None:
        told.set()
        signal.signal(number, before[signal.Signals(number)])

    def wait_for(work: Callable[[], Plan]) -> Plan:
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(work)
            done = threading.Event()
            running.add_done_callback(lambda _: done.set())
            while not done.wait(POLL_SECONDS):
                pass
            return running.result()

    for number in SIGNALS:
        signal.signal(number, hear)
    try:
        yield told.is_set, wait_for
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
