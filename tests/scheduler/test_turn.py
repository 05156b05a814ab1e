"""Turns of two threads: who waits, and for what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.turn import Turn


def test_another_waits_for_the_turn_to_end_and_not_while_it_is_given() -> None:
    turn, waited = Turn(), threading.Event()

    def other() -> None:
        turn.wait(10)
        waited.set()

    with turn.taken():
        thread = threading.Thread(target=other)
        thread.start()
        assert not waited.wait(0.1)
        with turn.given():
            assert waited.wait(10)
    thread.join()
    turn.wait(10)


@contextmanager
def held_elsewhere(turn: Turn) -> Iterator[threading.Thread]:
    """Another thread has the turn."""
    ready, done = threading.Event(), threading.Event()

    def holder() -> None:
        with turn.taken():
            ready.set()
            done.wait(60)

    thread = threading.Thread(target=holder)
    thread.start()
    try:
        assert ready.wait(10)
        yield thread
    finally:
        done.set()
        thread.join()


def test_nobody_waits_longer_than_there_is_time() -> None:
    turn = Turn()
    with held_elsewhere(turn) as thread:
        for seconds in (0.05, 0.0, -1.0):
            turn.wait(seconds)
        assert thread.is_alive()


def test_a_turn_that_is_not_this_threads_cannot_be_given() -> None:
    turn = Turn()
    with turn.given():
        # Nobody has it, so that giving it changes nothing.
        turn.wait(10)
    with held_elsewhere(turn), turn.given():
        # It is still the other's.
        assert turn._lock.locked()
