"""Problem and Plan as JSON, strictly: unknown fields, wrong types and broken references are errors by name.

The JSON Schemas in docs/ are written by `write_schemas` and kept in step by a test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from scheduler.check import ProblemError, check
from scheduler.plan import Plan
from scheduler.problem import Problem

_PROBLEM: TypeAdapter[Problem] = TypeAdapter(Problem)
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def problem_to_json(problem: Problem) -> str:
    """Write a problem; fields at their defaults are left out."""
    return _PROBLEM.dump_json(problem, exclude_defaults=True).decode()


def problem_from_json(text: str | bytes) -> Problem:
    """Read and check a problem. Raises ProblemError (code, path) when it is malformed or contradicts itself."""
    problem: Problem = _parse(_PROBLEM, text)
    check(problem)
    return problem


def plan_to_json(plan: Plan) -> str:
    """Write a plan with all its fields."""
    return _PLAN.dump_json(plan).decode()


def plan_from_json(text: str | bytes) -> Plan:
    """Read a plan. Raises ProblemError when it is malformed; whether it is valid is for `verify` to say."""
    plan: Plan = _parse(_PLAN, text)
    return plan


def _parse(adapter: TypeAdapter[Any], text: str | bytes) -> Any:
    try:
        return adapter.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(step) for step in first["loc"])
        code = "json_malformed" if first["type"] == "json_invalid" else "json_" + first["type"]
        raise ProblemError(code, path, first["msg"]) from error


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema (2020-12) of both forms by file name."""
    return {
        f"{name}.schema.json": {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter.json_schema()}
        for name, adapter in (("problem", _PROBLEM), ("plan", _PLAN))
    }


def write_schemas(folder: Path) -> None:
    """Write both schemas into `folder` (docs/)."""
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, sort_keys=True) + "\n", encoding="utf-8")
