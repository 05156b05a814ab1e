from __future__ import annotations

from pathlib import Path

import pytest

from hub.imports.salon_csv import MappingRefused, SalonMapping, load_mapping
from hub.imports.salon_csv.mapping import DEFAULT_MAPPING

SMALL = """version: 1
zone: America/Winnipeg
currency: CAD
country: CA
opening_hours: {tue: 08:00-20:00}
places: {chair: {name: Chair, count: 2}}
skills: {general: General}
otherwise: {skill: general, phases: [{kind: hands_on, minutes: 30, place: chair}]}
"""


def load(text: str, folder: Path) -> SalonMapping:
    file = folder / "mapping.yaml"
    file.write_text(text, encoding="utf-8")
    return load_mapping(file)


def test_the_shipped_mapping_gives_every_working_phase_a_skill_and_a_place(mapping: SalonMapping) -> None:
    for rule in mapping.services.values():
        assert rule.name is not None
        assert rule.name.zh != rule.name.en
        assert all(phase.place for phase in rule.phases)
    assert mapping.zone == "America/Winnipeg"
    assert "HOUSE" in mapping.pools


def test_a_small_mapping_is_enough(tmp_path: Path) -> None:
    small = load(SMALL, tmp_path)
    assert small.work_of("ANY", "STYLE") == (small.otherwise, "otherwise")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("zone: America/Winnipeg", "zone: America/Atlantis"), "zone"),
        (("zone: America/Winnipeg", "zone: ../../etc/passwd"), "zone"),
        (("version: 1", "version: 2"), "version"),
        (("currency: CAD", "curency: CAD"), "currency"),
        (("minutes: 30", "minutes: 0"), "otherwise.phases.0.minutes"),
        (("kind: hands_on", "kind: resting"), "otherwise.phases.0.kind"),
        (("08:00-20:00", "20:00-08:00"), "opening_hours.tue"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path: Path, change: tuple[str, str], where: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        load(SMALL.replace(*change), tmp_path)
    assert where in [place for place, _ in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (SMALL.replace("place: chair}]", "place: sofa}]"), "sofa"),
        (SMALL.replace("skill: general, phases", "skill: magic, phases"), "magic"),
        (SMALL + "staff: {MIA: {skills: [flying]}}\n", "flying"),
        (SMALL + "pools: [MIA]\nstaff: {mia: {level: 3}}\n", "pool"),
        (SMALL + "zone: Asia/Shanghai\n", "twice"),
        (SMALL + "pools: &a [X]\nskills_of_all: *a\n", "aliases"),
        ("version: [1", "expected"),
        ("just text", "no keys and values"),
        ("", "no keys and values"),
        (SMALL.replace("version: 1", "version: !!timestamp 99999-01-01"), "1:10: tags are not used"),
        (SMALL.replace("currency: CAD", "currency: 2018-13-45"), "currency: String should match"),
        ("# one\nversion: \x01", "2: the character 0x1"),
        ("[" * 5000, "nested"),
    ],
)
def test_an_impossible_mapping_is_refused_in_words(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        load(text, tmp_path)
    assert word in str(refused.value)


def test_codes_that_yaml_takes_for_truth_values_stay_codes(tmp_path: Path) -> None:
    rule = "{skill: general, phases: [{kind: hands_on, minutes: 5}]}"
    found = load(SMALL + f"services: {{NO: {rule}, on: {rule}, 1: {rule}}}\n", tmp_path)
    assert set(found.services) == {"NO", "ON", "1"}


def test_a_mapping_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused):
        load_mapping(tmp_path / "nowhere.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(MappingRefused):
        load_mapping(tmp_path / "binary.yaml")
    with pytest.raises(MappingRefused):
        load_mapping(tmp_path)


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(MappingRefused, match="too large"):
        load_mapping(Path("/dev/zero"))


def test_every_key_of_the_mapping_is_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    for key in SalonMapping.model_fields:
        assert f"`{key}`" in documented
    assert DEFAULT_MAPPING.name in documented
