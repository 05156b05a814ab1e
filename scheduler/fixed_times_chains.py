"""Tasks that one person must do in a row once the number of people is settled.

At a moment with as many tasks in hand as there are people, all of them are busy. If between two such moments a single
task leaves and a single one enters, whoever did the first does the second, and all that lies wholly between them.
"""

from __future__ import annotations

import numpy as np

from scheduler.fixed_times import FixedTimes, crowd


def chains(shape: FixedTimes, people: int | None) -> list[list[int]]:
    """All tasks that anybody can do in groups of one worker each, sorted by start; tasks in order of start."""
    able = shape.possible
    leader = list(range(shape.tasks))
    most, moments = crowd(shape.start, shape.end, able)
    if most == people:
        in_hand = [np.nonzero(able & (shape.start <= moment) & (moment < shape.end))[0].tolist() for moment in moments]
        for place in range(1, len(moments)):
            one, two = set(in_hand[place - 1]), set(in_hand[place])
            if len(one - two) == 1 and len(two - one) == 1:
                between = able & (shape.start > moments[place - 1]) & (shape.end <= moments[place])
                first = _leader(leader, min(one - two))
                for task in [*(two - one), *np.nonzero(between)[0].tolist()]:
                    leader[_leader(leader, task)] = first
    groups: dict[int, list[int]] = {}
    for task in np.lexsort((shape.end, shape.start)).tolist():
        if able[task]:
            groups.setdefault(_leader(leader, task), []).append(task)
    return sorted(groups.values(), key=lambda group: (shape.start[group[0]], shape.end[group].max()))


def _leader(leader: list[int], task: int) -> int:
    while leader[task] != task:
        leader[task] = leader[leader[task]]
        task = leader[task]
    return task
