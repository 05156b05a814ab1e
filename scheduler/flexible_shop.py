"""Problems in which only the last end counts and work flows from one person or machine to the next (FJSP).

Shape, bound and first plans.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from scheduler.meaning import duration, eligible, ready, working_spans
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Phase, Problem, Technician, Visit

OBJECTIVE = ("unserved", "makespan")

Times = list[dict[int, int]]
"""Per operation of a job: machine number → time."""

Schedule = dict[tuple[int, int], tuple[int, int]]
"""Job and operation → machine and start."""

Sharing = dict[tuple[int, int], int]
"""Job and operation → machine."""


@dataclass(frozen=True, slots=True)
class FlexibleShop:
    """Jobs as sequences of operations; `ready` per job and `free` per machine are the earliest starts."""

    problem: Problem
    jobs: list[Times]
    ready: list[int]
    free: list[int]

    def plan(self, schedule: Schedule, stage: str) -> Plan:
        """The schedule as a plan."""
        rows = []
        for (job, step), (machine, start) in sorted(schedule.items()):
            visit = self.problem.visits[job]
            end = start + self.jobs[job][step][machine]
            rows.append(Assignment(visit.id, visit.items[0].id, step, self.problem.technicians[machine].id, None, start, end))
        return Plan(assignments=tuple(rows), stage=stage)

    def schedule(self, plan: Plan) -> Schedule:
        """The reverse of `plan`, for a valid one that serves every job."""
        job = {visit.id: number for number, visit in enumerate(self.problem.visits)}
        machine = {technician.id: number for number, technician in enumerate(self.problem.technicians)}
        return {(job[a.visit], a.phase): (machine[a.technician], a.start) for a in plan.assignments if a.technician is not None}

    def end(self, schedule: Schedule) -> int:
        """When the last operation ends."""
        return max((start + self.jobs[j][s][machine] for (j, s), (machine, start) in schedule.items()), default=0)

    @property
    def least(self) -> int:
        """No job is shorter than its fastest operations, and all machines together cannot do the fastest work sooner."""
        fastest = [[min(times.values()) for times in job] for job in self.jobs]
        longest = max((begin + sum(job) for begin, job in zip(self.ready, fastest, strict=True)), default=0)
        work, shared, begun = sum(map(sum, fastest)), 0, 0
        for number, begin in enumerate(sorted(self.free)):
            # The first machines to be free share what the others are not needed for.
            if number and number * begin - begun >= work:
                break
            begun += begin
            shared = -(-(work + begun) // (number + 1))
        return max(longest, shared)


def suits(problem: Problem) -> bool:
    """Whether visits are free sequences of phases without places, for people who are there for the whole horizon."""
    if problem.objective != OBJECTIVE or problem.published or not problem.visits:
        return False
    if not all(_is_machine(technician, problem) for technician in problem.technicians):
        return False
    if not all(_is_job(visit) for visit in problem.visits):
        return False
    # With room for all work in a row nothing has to stay unserved, as long as somebody can do it.
    begin = max([ready(visit, problem) for visit in problem.visits] + [t.earliest_free for t in problem.technicians])
    shop = flexible_shop(problem)
    possible = all(times for job in shop.jobs for times in job)
    return possible and begin + sum(max(times.values()) for job in shop.jobs for times in job) <= problem.horizon


def _is_machine(technician: Technician, problem: Problem) -> bool:
    spans = working_spans(technician)
    whole = len(spans) == 1 and spans[0][0] <= max(problem.now, technician.earliest_free) and spans[0][1] >= problem.horizon
    return whole and not technician.breaks and not technician.absences


def _is_job(visit: Visit) -> bool:
    alone = len(visit.items) == 1 and visit.party is None and visit.customer is None and not visit.pinned
    if not alone:
        return False
    item = visit.items[0]
    free = all(phase.max_gap_before is None for phase in item.phases[1:])
    return free and (len(item.phases) == 1 or not item.same_technician) and all(map(_is_operation, item.phases))


def _is_operation(phase: Phase) -> bool:
    return phase.needs_technician and phase.place_kind is None and phase.fixed is None


def flexible_shop(problem: Problem) -> FlexibleShop:
    """The shape as numbers; the problem must suit."""
    jobs = [[_times(phase, visit.items[0], problem) for phase in visit.items[0].phases] for visit in problem.visits]
    free = [max(problem.now, technician.earliest_free) for technician in problem.technicians]
    return FlexibleShop(problem, jobs, [ready(visit, problem) for visit in problem.visits], free)


def _times(phase: Phase, item: Item, problem: Problem) -> dict[int, int]:
    people = enumerate(problem.technicians)
    return {number: duration(phase, who) for number, who in people if eligible(phase, item, who)}


def dispatch(shop: FlexibleShop, *, longest_first: bool) -> Schedule:
    """Operation by operation to the machine that ends it first: of the job with most work left, or of the first to end."""
    left = [[0] * (len(job) + 1) for job in shop.jobs]
    for number, times_of in enumerate(shop.jobs):
        for step in range(len(times_of) - 1, -1, -1):
            left[number][step] = left[number][step + 1] + min(times_of[step].values())
    step_of, free, begin = [0] * len(shop.jobs), list(shop.free), list(shop.ready)
    schedule: Schedule = {}

    def rank(job: int) -> tuple[int, int, int, int, int]:
        step = step_of[job]
        end, time, machine = min((max(free[m], begin[job]) + t, t, m) for m, t in shop.jobs[job][step].items())
        return (-left[job][step] if longest_first else 0, end, time, machine, job)

    queue = [rank(job) for job in range(len(shop.jobs))]
    heapq.heapify(queue)
    while queue:
        chosen = heapq.heappop(queue)
        job = chosen[-1]
        now = rank(job)
        if now != chosen:
            # Ranks only grow, so whoever is first in spite of an old one is looked at again.
            heapq.heappush(queue, now)
            continue
        _, end, time, machine, _ = chosen
        schedule[job, step_of[job]] = (machine, end - time)
        free[machine] = begin[job] = end
        step_of[job] += 1
        if step_of[job] < len(shop.jobs[job]):
            heapq.heappush(queue, rank(job))
    return schedule


def restricted(shop: FlexibleShop, sharing: Sharing) -> FlexibleShop:
    """The shop in which every operation stays on its machine."""
    jobs = [
        [{sharing[job, step]: times[sharing[job, step]]} for step, times in enumerate(operations)]
        for job, operations in enumerate(shop.jobs)
    ]
    return FlexibleShop(shop.problem, jobs, shop.ready, shop.free)


def busiest(shop: FlexibleShop, sharing: Sharing) -> int:
    """The load of the busiest machine or the length of the longest job."""
    loads, lengths = list(shop.free), list(shop.ready)
    for (job, step), machine in sharing.items():
        loads[machine] += shop.jobs[job][step][machine]
        lengths[job] += shop.jobs[job][step][machine]
    return max(*loads, *lengths)
