"""Another roster meets the same customers; what it changes is told with its interval."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from hub.simulation.campaign import OWN, simulate
from hub.simulation.command import run
from hub.simulation.rosters import RosterFile, compare, read_roster, with_roster
from hub.simulation.store_file import StoreFile, StoreFileError, TechnicianFile
from tests.simulation.days import busy_store


def test_the_stores_own_people_as_a_roster_change_nothing() -> None:
    store = busy_store()
    found = compare(store, [("same", RosterFile(technicians=store.technicians))], 3, "greedy", seed=4)
    assert found.records["same"] == found.records[OWN]
    assert found.records[OWN] == simulate(store, 3, ["greedy"], seed=4).records["greedy"]
    change = found.against("same", OWN, "waiting_mean")
    assert change is not None
    assert (change.mean, change.half) == (0.0, 0.0)


def test_more_hands_serve_the_same_customers_with_less_waiting() -> None:
    store = busy_store()
    more = RosterFile(technicians=tuple(person.model_copy(update={"count": person.count + 1}) for person in store.technicians))
    found = compare(store, [("more", more)], 6, "greedy", seed=4)
    assert found.rostered is not None
    assert found.rostered["more"] > found.rostered[OWN]
    for one, two in zip(found.records[OWN], found.records["more"], strict=True):
        assert sum(one.outcomes.values()) == sum(two.outcomes.values())
    waiting, use = found.against("more", OWN, "waiting_mean"), found.against("more", OWN, "utilisation")
    assert waiting is not None
    assert use is not None
    assert waiting.mean < 0
    assert use.mean < 0
    told = found.to_json()
    assert set(told) >= {"rosters", "differences", "hours_on_roster"}


def test_demand_by_load_is_not_raised_by_more_hands() -> None:
    store = busy_store().model_copy(update={"demand": busy_store().demand.model_copy(update={"visits": None, "load": 0.7})})
    more = RosterFile(technicians=(*store.technicians, store.technicians[0].model_copy(update={"name": "new"})))
    assert with_roster(store, more).demand.visits == pytest.approx(_visits(store))


def _visits(store: StoreFile) -> float:
    from hub.simulation.ground import lay_out

    return lay_out(store).visits_a_day()


def test_a_wish_for_somebody_who_is_not_there_is_no_wish() -> None:
    store = busy_store()
    others = tuple(person.model_copy(update={"name": f"new {person.name}"}) for person in store.technicians)
    found = compare(store, [("others", RosterFile(technicians=others))], 2, "greedy", seed=4)
    assert all(record.values["served"] for record in found.records["others"])


def test_a_roster_that_leaves_a_service_without_hands_is_refused() -> None:
    store = busy_store()
    nobody = RosterFile(technicians=(TechnicianFile(name="x", skills={"nothing": 1}, begins=540, ends=1080),))
    with pytest.raises(StoreFileError) as refused:
        with_roster(store, nobody)
    assert refused.value.code == "store_file_invalid"


ROSTER = """
technicians:
  - {name: Amy, count: 2, skills: {cut: 4, colour: 4, care: 4, nails: 4}, begins: "09:00", ends: "21:00"}
"""


def test_the_command_compares_a_roster_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(_for_small(), encoding="utf-8")
    assert run(Path("small"), 2, "greedy", 1, as_json=True, language="en", rosters=[path]) == 0
    told = orjson.loads(capsys.readouterr().out)
    assert list(told["rosters"]) == [OWN, "long"]
    assert told["differences"]["long"]["against"] == OWN
    assert run(Path("small"), 2, "greedy", 1, as_json=False, language="zh", rosters=[path]) == 0
    assert "现有排班" in capsys.readouterr().out


def _for_small() -> str:
    """The people of the store that comes along, each an hour longer."""
    import yaml

    import hub.simulation

    whole = yaml.safe_load((Path(hub.simulation.__file__).parent / "stores" / "small.yaml").read_text(encoding="utf-8"))
    people = whole["technicians"]
    for person in people:
        person["ends"] = "22:00"
    return yaml.safe_dump({"technicians": people})


@pytest.mark.parametrize(
    ("text", "policies", "code"),
    [
        ("technicians: [", "greedy", "store_file_unreadable"),
        ("technicians: []", "greedy", "store_file_invalid"),
        (ROSTER, "greedy,fixed", "roster_refused"),
    ],
)
def test_what_is_no_roster_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, policies: str, code: str
) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text(text, encoding="utf-8")
    assert run(Path("small"), 1, policies, 1, as_json=True, language="en", rosters=[path]) == 2
    assert code in capsys.readouterr().err


def test_two_rosters_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(_for_small(), encoding="utf-8")
    assert run(Path("small"), 1, "greedy", 1, as_json=True, language="en", rosters=[path, path]) == 2
    assert read_roster(path).technicians
