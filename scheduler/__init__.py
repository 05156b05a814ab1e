"""The pure solver: a `Problem` in, a verified `Plan` out; no hub, no files, no clock but the one that it is handed."""

from scheduler.check import ProblemError, check
from scheduler.json_form import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from scheduler.plan import Cause, Move, Plan
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

__all__ = [
    "DEFAULT_OBJECTIVE",
    "Arrival",
    "Assignment",
    "Break",
    "BreakTime",
    "Cause",
    "Fixed",
    "Item",
    "Level",
    "Move",
    "Phase",
    "Place",
    "Plan",
    "Problem",
    "ProblemError",
    "Request",
    "Settings",
    "Span",
    "Technician",
    "Visit",
    "check",
    "plan_from_json",
    "plan_to_json",
    "problem_from_json",
    "problem_to_json",
]
