"""The best verified plan so far. Nothing enters that breaks a rule or is not better, level by level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from scheduler.limits import Deadline
from scheduler.meaning import out_of_sequence
from scheduler.plan import Plan
from scheduler.problem import Level, Problem
from scheduler.proof import Proof, with_standing
from scheduler.verification import better, verify

OnPlan = Callable[[Plan], None]


def worth(problem: Problem, objective: Mapping[Level, int]) -> tuple[int, ...]:
    """The objective as a tuple to compare: smaller is better."""
    return tuple(objective[level] for level in problem.objective)


class Incumbent:
    """Keeps the best plan, tells `on_plan` of each better one, and counts what was refused."""

    def __init__(self, problem: Problem, deadline: Deadline, on_plan: OnPlan | None = None) -> None:
        self.problem = problem
        self.deadline = deadline
        self.plan: Plan | None = None
        self.refused: list[tuple[str, str]] = []
        self.proofs: list[Proof] = []
        self.floors: dict[Level, int] = {}
        self._on_plan = on_plan
        # The searches lay phases one after the other and cannot say what else could be done with those left behind.
        self._provable = not any(map(out_of_sequence, problem.visits))
        self._first: float | None = None

    def offer(self, plan: Plan) -> bool:
        """Verify the plan and keep it when it is better; say whether it was kept."""
        verdict = verify(self.problem, plan) if self.plan is None else better(self.problem, plan, self.plan.objective)
        if verdict is None:
            return False
        if not verdict.valid:
            self.refused.append((plan.stage, verdict.broken[0].rule))
            return False
        spent = self.deadline.spent
        self._first = spent if self._first is None else self._first
        valued = replace(plan, objective=verdict.objective, seconds=spent, seconds_to_first=self._first)
        self.plan = with_standing(valued, self.proofs, self.floors)
        if self._on_plan is not None:
            self._on_plan(self.plan)
        return True

    def prove(self, proof: Proof) -> None:
        """Take in lower bounds; the incumbent's own standing follows."""
        self.proofs.append(dict(proof) if self._provable else dict.fromkeys(proof, 0))
        if self.plan is not None:
            self.plan = with_standing(self.plan, self.proofs, self.floors)

    def floor(self, level: Level, bound: int) -> None:
        """Take in what the best plan has at least in a level."""
        bound = bound if self._provable else 0
        if bound > self.floors.get(level, -1):
            self.floors[level] = bound
            if self.plan is not None:
                self.plan = with_standing(self.plan, self.proofs, self.floors)

    @property
    def proven(self) -> bool:
        """Whether nothing provable is open."""
        return self.plan is not None and self.plan.status == "optimal"

    @property
    def best(self) -> Plan:
        """The best plan; raises LookupError before the first."""
        if self.plan is None:
            raise LookupError("no plan yet")
        return self.plan
