"""Whether all work of a problem has fixed times and as few people as possible shall serve it (SMPTSP).

Apart from the arrays in `fixed_times`, so that whoever only asks need not load numpy.
"""

from __future__ import annotations

from scheduler.problem import Phase, Problem, Visit

OBJECTIVE = ("unserved", "technicians_used")


def suits(problem: Problem) -> bool:
    """Whether every visit is one phase at a fixed time for one person, and only unserved work and people count."""
    if problem.objective != OBJECTIVE or problem.published or any(t.breaks for t in problem.technicians):
        return False
    return all(_is_task(visit) for visit in problem.visits)


def _is_task(visit: Visit) -> bool:
    if len(visit.items) != 1 or len(visit.items[0].phases) != 1:
        return False
    phase = visit.items[0].phases[0]
    fixed = phase.fixed
    settled = fixed is not None and fixed.start is not None and fixed.technician is None and fixed.place is None
    alone = visit.party is None and visit.customer is None and not visit.pinned
    return settled and alone and phase.needs_technician and phase.place_kind is None and _one_duration(phase)


def _one_duration(phase: Phase) -> bool:
    if phase.fixed is not None and phase.fixed.end is not None:
        return True
    return not phase.duration_by_level and len(set(phase.duration_by_technician.values())) <= 1
