"""Intervals and files: quantiles as tabulated, differences paired, wrong stores refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.simulation.command import SHIPPED, run, store_from
from hub.simulation.statistics import difference, estimate, percentile, t_cdf, t_quantile
from hub.simulation.store_file import StoreFileError, read_store
from tests.simulation.days import busy_store


@pytest.mark.parametrize(("degrees", "expected"), [(1, 12.706), (2, 4.303), (5, 2.571), (9, 2.262), (29, 2.045), (1000, 1.962)])
def test_students_quantiles_are_those_of_the_tables(degrees: int, expected: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(expected, abs=6e-4)
    assert t_cdf(-expected, degrees) == pytest.approx(0.025, abs=1e-4)


def test_intervals_of_means() -> None:
    assert estimate([]) is None
    one = estimate([4.0])
    assert one is not None
    assert (one.mean, one.half) == (4.0, None)
    found = estimate([1.0, 2.0, 3.0])
    assert found is not None
    assert found.half == pytest.approx(4.3027 / 3**0.5, abs=1e-3)


def test_paired_differences_cancel_what_both_share() -> None:
    luck = [0.0, 50.0, -30.0, 8.0]
    found = difference([x - 2 for x in luck], list(luck))
    assert found is not None
    assert (found.mean, found.half) == (-2.0, 0.0)
    assert difference([1.0, None], [None, 2.0]) is None


def test_the_ninetieth_percentile_is_a_value_that_was_seen() -> None:
    assert percentile(list(range(1, 11)), 0.9) == 9
    assert percentile([5], 0.9) == 5


@pytest.mark.parametrize("name", ["small", "medium"])
def test_shipped_stores_are_read_by_name_and_by_path(name: str) -> None:
    assert store_from(Path(name)) == read_store(SHIPPED / f"{name}.yaml")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (": [", "store_file_unreadable", ""),
        ("name: x", "store_file_invalid", "opens"),
        ("[]", "store_file_invalid", "dictionary"),
        ("2018-99-99: x", "store_file_unreadable", "month"),
        ("[" * 3000, "store_file_unreadable", "nested"),
        ("name: !!timestamp 99999-01-01", "store_file_unreadable", ""),
    ],
)
def test_a_file_that_describes_no_store_is_refused(tmp_path: Path, text: str, code: str, said: str) -> None:
    path = tmp_path / "store.yaml"
    path.write_text(text)
    with pytest.raises(StoreFileError) as refused:
        read_store(path)
    assert refused.value.code == code
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"demand": {"visits": 10, "load": 0.5}}, "visits or load"),
        ({"closes": "08:00"}, "closes"),
        ({"opens": "9h"}, "HH:MM"),
        ({"services": [{"code": "x", "phases": [{"minutes": 5, "skill": "nails"}]}]}, "nobody can do x"),
        ({"services": [{"code": "x", "phases": [{"minutes": 5, "place": "moon"}]}]}, "'moon'"),
        ({"shares": {"must": 0.6, "prefers": 0.6}}, "more than 1"),
        ({"hours": {3: 5}}, "nobody comes"),
        ({"sigma": -1}, "sigma"),
        ({"colour": "red"}, "colour"),
        ({"sigma": float("nan")}, "sigma"),
        ({"demand": {"visits": float("inf")}}, "visits"),
        ({"demand": {"visits": 1e9}}, "visits"),
        ({"hours": {10: float("inf")}}, "hours"),
        ({"places": [{"kind": "chair", "count": 10**9}]}, "count"),
        ({"places": [{"kind": "chair", "count": 1, "clean_up": 10**30}]}, "clean_up"),
        ({"places": [{"kind": "chair", "count": 1}, {"kind": "chair", "count": 2}]}, "places: 'chair'"),
        ({"services": [{"code": "x", "phases": [{"minutes": 5}]}] * 2}, "services: 'x'"),
        ({"technicians": [{"name": "lin", "skills": {}, "begins": "09:00", "ends": "17:00"}] * 2}, "technicians: 'lin'"),
    ],
)
def test_impossible_stores_are_refused_with_the_field(changes: dict[str, object], said: str) -> None:
    with pytest.raises(StoreFileError, match=r"store_file_invalid") as refused:
        busy_store(**changes)
    assert said in refused.value.detail


def test_unquoted_times_mean_what_people_mean(tmp_path: Path) -> None:
    text = (SHIPPED / "small.yaml").read_text().replace('closes: "19:00"', "closes: 19:00")
    path = tmp_path / "store.yaml"
    path.write_text(text)
    assert read_store(path).closes == 19 * 60


def test_the_command_prints_numbers_that_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert run(Path("small"), 2, "fixed,greedy", 1, as_json=True, language="en") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["policies"]) == {"fixed", "greedy"}
    assert found["differences"]["greedy"]["against"] == "fixed"
    fixed = found["policies"]["fixed"]
    assert fixed["served"]["mean"] * 2 == found["outcomes"]["fixed"]["served"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_names_every_measure(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Path("small"), 2, "fixed", 1, as_json=False, language="zh" if language == "zh" else "en") == 0
    printed = capsys.readouterr().out
    assert ("承诺兑现" if language == "zh" else "promises kept") in printed


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Path("small"), 1, "clever", 0, as_json=False, language="en") == 2
    assert "unknown_policy: clever" in capsys.readouterr().err
    assert run(Path("nowhere.yaml"), 1, "fixed", 0, as_json=False, language="en") == 2
    assert "store_file_unreadable" in capsys.readouterr().err


def test_a_day_that_never_ends_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "store.yaml"
    path.write_text((SHIPPED / "small.yaml").read_text().replace("count: 2, clean_up: 2", "count: 2, clean_up: 1439"))
    assert run(path, 2, "greedy", 1, as_json=False, language="en") == 2
    told = capsys.readouterr()
    assert (told.out, "day_does_not_end: work goes on after 36:00" in told.err) == ("", True)
