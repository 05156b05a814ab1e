"""Fixed times of which not all can be served: how many must be left out at least, and which ones to leave out.

Leaving out as few intervals as possible so that never more than a number of them lie over each other is easy: in order of
start, and whenever there is one too many, the one that ends last (Carlisle and Lloyd, Discrete Applied Mathematics 59, 1995).
Skills left aside that bounds what is unserved, for all tasks and everybody as for tasks that the same people can do.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from scheduler.fixed_times import FixedTimes


@dataclass(frozen=True, slots=True)
class Shortage:
    """Tasks `left_out` to give the others a chance; at least `unserved` of those that anybody can do stay out.

    With no more than that, at least `people` work.
    """

    left_out: tuple[int, ...]
    unserved: int
    people: int


def shortage(shape: FixedTimes) -> Shortage:
    """What skills aside says about a problem; nothing is left out where everything may fit."""
    possible = np.nonzero(shape.possible)[0].tolist()
    left_out: set[int] = set()
    people = np.zeros(shape.workers, dtype=np.bool_)
    for tasks, able in _alike(shape, possible):
        out = _one_too_many(shape, tasks, int(able.sum()))
        if out:
            left_out.update(out)
            # One person more would serve one task more, so all of them are needed.
            people |= able
    grouped = len(left_out)
    whole = len(_one_too_many(shape, possible, shape.workers))
    rest = [task for task in possible if task not in left_out]
    left_out.update(_one_too_many(shape, rest, shape.workers))
    needed = max(int(people.sum()) if grouped >= whole else 0, shape.workers if whole >= max(1, grouped) else 0)
    return Shortage(tuple(sorted(left_out)), max(grouped, whole), needed)


def without(shape: FixedTimes, tasks: Iterable[int]) -> FixedTimes:
    """The shape in which nobody can do these tasks."""
    able = shape.able.copy()
    able[:, list(tasks)] = False
    return replace(shape, able=able)


def filled(shape: FixedTimes, served: dict[int, int]) -> dict[int, int]:
    """The same with whatever else somebody has room for, the shortest first."""
    found = dict(served)
    busy: list[list[int]] = [[] for _ in range(shape.workers)]
    for task, worker in found.items():
        busy[worker].append(task)
    order = np.argsort(shape.end - shape.start, kind="stable")
    for task in order[shape.possible[order]].tolist():
        if task in found:
            continue
        start, end = shape.start[task], shape.end[task]
        for worker in np.nonzero(shape.able[:, task])[0].tolist():
            if not any(shape.start[other] < end and start < shape.end[other] for other in busy[worker]):
                found[task] = worker
                busy[worker].append(task)
                break
    return found


def _alike(shape: FixedTimes, tasks: list[int]) -> Iterable[tuple[list[int], np.ndarray]]:
    """Tasks in groups that the same people can do."""
    groups: dict[bytes, list[int]] = {}
    packed = np.packbits(shape.able, axis=0)
    for task in tasks:
        groups.setdefault(packed[:, task].tobytes(), []).append(task)
    return ((group, shape.able[:, group[0]]) for group in groups.values())


def _one_too_many(shape: FixedTimes, tasks: list[int], most: int) -> list[int]:
    """The fewest tasks without which never more than `most` of the others are in hand."""
    in_hand: list[tuple[int, int]] = []
    out = []
    for task in sorted(tasks, key=lambda task: int(shape.start[task])):
        start, end = int(shape.start[task]), int(shape.end[task])
        if start == end:
            # Work without length takes nobody's time.
            continue
        del in_hand[: bisect_right(in_hand, start, key=lambda pair: pair[0])]
        insort(in_hand, (end, task))
        if len(in_hand) > most:
            out.append(in_hand.pop()[1])
    return out
