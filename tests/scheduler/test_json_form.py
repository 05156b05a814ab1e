"""The JSON form: exact round trips, errors by name, schemas in step with the code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Problem, ProblemError, greedy, plan_from_json, plan_to_json, problem_from_json, problem_to_json
from scheduler.json_form import schemas
from tests.scheduler import days
from tests.scheduler.salon import ANNA, cut, day, visit

DOCS = Path(__file__).parents[2] / "docs"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_problems_and_plans_come_back_as_they_went(seed: int) -> None:
    problem = days.day(seed)
    assert problem_from_json(problem_to_json(problem)) == problem
    plan = greedy(problem)
    assert plan_from_json(plan_to_json(plan)) == plan


def test_what_is_written_fits_the_published_schemas() -> None:
    problem = days.day(3)
    for name, text in (("problem", problem_to_json(problem)), ("plan", plan_to_json(greedy(problem)))):
        schema = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))


@pytest.mark.parametrize("name", ["problem.schema.json", "plan.schema.json"])
def test_the_schemas_in_docs_are_those_of_the_code(name: str) -> None:
    assert json.loads((DOCS / name).read_text(encoding="utf-8")) == schemas()[name]


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("{", "json_malformed", ""),
        ('{"horizon": 10, "surprise": 1}', "json_unexpected_keyword_argument", "surprise"),
        ('{"horizon": "10"}', "json_int_type", "horizon"),
        ('{"horizon": 10, "now": 11}', "now_out_of_range", "now"),
        ('{"horizon": 10, "objective": ["happiness"]}', "json_literal_error", "objective.0"),
    ],
)
def test_bad_text_is_refused_by_name(text: str, code: str, path: str) -> None:
    with pytest.raises(ProblemError) as error:
        problem_from_json(text)
    assert (error.value.code, error.value.path) == (code, path)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (day(visit("v"), visit("v")), "id_repeats"),
        (day(visit("v", cut(duration_by_technician={"nobody": 3}))), "technician_unknown"),
        (replace(day(), technicians=(replace(ANNA, shifts=((9, 3),)),)), "span_reversed"),
        (replace(day(), technicians=(replace(ANNA, shifts=((0, 9), (5, 12))),)), "shifts_overlap"),
        (replace(day(visit("v")), visits=(replace(visit("v"), items=()),)), "visit_without_items"),
        (replace(day(), objective=("unserved", "unserved")), "objective_levels_repeat"),
    ],
)
def test_problems_that_contradict_themselves_are_refused_by_name(problem: Problem, code: str) -> None:
    with pytest.raises(ProblemError) as error:
        problem_from_json(problem_to_json(problem))
    assert error.value.code == code
