"""The pure solver: a `Problem` in, a verified `Plan` out; no hub, no files, no clock but the one that it is handed."""

from scheduler.check import ProblemError, check
from scheduler.explanation import explain
from scheduler.forcing import Difference, Forced, force, why_not
from scheduler.greedy import greedy, repair
from scheduler.json_form import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from scheduler.limits import Limits
from scheduler.plan import Cause, Move, Plan
from scheduler.portfolio import ENGINES, solve
from scheduler.problem import (
    DEFAULT_OBJECTIVE,
    Arrival,
    Assignment,
    Break,
    BreakTime,
    Fixed,
    Item,
    Level,
    Phase,
    Place,
    Problem,
    Request,
    Settings,
    Span,
    Technician,
    Visit,
)
from scheduler.rules import Broken
from scheduler.slots import Openings, slots
from scheduler.verification import Verdict, verify

__all__ = [
    "DEFAULT_OBJECTIVE",
    "ENGINES",
    "Arrival",
    "Assignment",
    "Break",
    "BreakTime",
    "Broken",
    "Cause",
    "Difference",
    "Fixed",
    "Forced",
    "Item",
    "Level",
    "Limits",
    "Move",
    "Openings",
    "Phase",
    "Place",
    "Plan",
    "Problem",
    "ProblemError",
    "Request",
    "Settings",
    "Span",
    "Technician",
    "Verdict",
    "Visit",
    "check",
    "explain",
    "force",
    "greedy",
    "plan_from_json",
    "plan_to_json",
    "problem_from_json",
    "problem_to_json",
    "repair",
    "slots",
    "solve",
    "verify",
    "why_not",
]
