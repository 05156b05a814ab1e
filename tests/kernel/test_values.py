"""The small values everything is made of: ids, texts, times, keys, errors, permissions."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.dialects import postgresql, sqlite

from hub.kernel.access import ANYBODY, Access, Actor, anonymous, system
from hub.kernel.commands import Command
from hub.kernel.crypto import Vault, master_key
from hub.kernel.errors import CONFLICT, Refused, declare, declare_constraint, declared_errors, refusal_of_constraint
from hub.kernel.events import Event
from hub.kernel.ids import Id, SeededRandomness, SystemRandomness
from hub.kernel.tables import UtcDateTime
from hub.kernel.text import Name, Note, ShortText

VAULT = Vault(b"k" * 32)


@given(st.text(min_size=1, max_size=200), st.text(max_size=20))
def test_sealed_value_opens_under_its_own_key_and_row_only(value: str, row: str) -> None:
    mine, other = VAULT.new_data_key("mine"), VAULT.new_data_key("other")
    sealed = VAULT.seal(mine, "mine", value, row)
    assert VAULT.open(mine, "mine", sealed, row) == value
    assert value.encode() not in sealed or len(value.encode()) < 4
    for key, owner, bound in ((other, "other", row), (mine, "other", row), (mine, "mine", row + "x")):
        with pytest.raises(Refused):
            VAULT.open(key, owner, sealed, bound)


def test_flipped_bit_does_not_open() -> None:
    key = VAULT.new_data_key("a")
    sealed = bytearray(VAULT.seal(key, "a", "13800000000", "row"))
    for position in range(len(sealed)):
        sealed[position] ^= 1
        with pytest.raises(Refused):
            VAULT.open(key, "a", bytes(sealed), "row")
        sealed[position] ^= 1


def test_blind_index_depends_on_key_and_purpose() -> None:
    index = VAULT.blind_index("13800000000", "phone")
    assert index == VAULT.blind_index("13800000000", "phone")
    assert index not in {VAULT.blind_index("13800000000", "email"), Vault(b"x" * 32).blind_index("13800000000", "phone")}
    assert VAULT.signing_key("visit") != VAULT.signing_key("link")


def test_master_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "hub.key"
    key = master_key(path)
    assert master_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert master_key(path, base64.b64encode(b"e" * 32).decode()) == b"e" * 32


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), "!" * 44])
def test_wrong_master_key_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hub.key"
    path.write_text(text)
    with pytest.raises(ValueError):
        master_key(path)
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


@pytest.mark.parametrize("source", [SystemRandomness(), SeededRandomness(1)])
def test_chance_has_the_promised_shapes(source: SystemRandomness | SeededRandomness) -> None:
    ids = {source.id() for _ in range(1000)}
    assert len(ids) == 1000
    for value in ids:
        TypeAdapter(Id).validate_python(value)
    assert len(source.token()) >= 43
    assert all(len(source.code(4)) == 4 and source.code(4).isdigit() for _ in range(100))


def test_seeded_chance_repeats() -> None:
    assert [SeededRandomness(5).id() for _ in range(3)] == [SeededRandomness(5).id() for _ in range(3)]


@pytest.mark.parametrize("text", ["王雅琴", "👩🏽‍🎨" * 20, "<script>alert(1)</script>", "Zoë Müller", "O’Neill", "a" * 200])
def test_real_names_pass_unharmed(text: str) -> None:
    assert TypeAdapter(Name).validate_python(text) == text


@pytest.mark.parametrize("text", ["", "   ", "a" * 201, "a\0b", "a\x1bb", "\ud800"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(text)


def test_texts_are_normalised_and_bounded() -> None:
    assert TypeAdapter(Name).validate_python("  Zoe\u0308 ") == "Zoë"
    assert TypeAdapter(Note).validate_python("a\nb") == "a\nb"
    with pytest.raises(ValidationError):
        TypeAdapter(ShortText).validate_python("a" * 121)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))])))
def test_moments_survive_the_database(moment: datetime) -> None:
    column = UtcDateTime()
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        try:
            bound = column.process_bind_param(moment, dialect)
        except OverflowError:
            return
        assert column.process_result_value(bound, dialect) == moment


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # type: ignore[no-untyped-call]  # noqa: DTZ001


def test_error_is_declared_once() -> None:
    assert declare("conflict", 409) is CONFLICT
    with pytest.raises(ValueError, match="twice"):
        declare("conflict", 400)
    assert "conflict" in declared_errors()


def test_constraint_tells_its_refusal() -> None:
    kind = CONFLICT
    declare_constraint("a_marker_of_this_test", kind)
    assert refusal_of_constraint("UNIQUE failed: a_marker_of_this_test") is kind
    assert refusal_of_constraint("something else") is CONFLICT


def test_event_is_declared_once() -> None:
    class First(Event, name="values.first"):
        pass

    with pytest.raises(ValueError, match="twice"):

        class Second(Event, name="values.first"):
            pass

    assert First.event_type == "values.first"


def test_errors_of_models_do_not_repeat_what_was_typed() -> None:
    """They end up in logs."""

    class Told(Event, name="values.told"):
        number: int

    class Tell(Command):
        number: int

    for model in (Told, Tell):
        with pytest.raises(ValidationError) as error:
            model.model_validate({"number": "13800000000x", "more": "13800000000x"})
        assert "13800000000x" not in str(error.value)


def test_default_of_access_is_no() -> None:
    access = Access({"desk": frozenset({"a"})})
    desk = Actor("staff", "1", "s", frozenset({"desk"}))
    assert access.allows(desk, "a")
    assert not access.allows(desk, "b")
    assert not access.allows(anonymous("s"), "a")
    assert not access.allows(Actor("staff", "1", "s", frozenset({"unheard-of"})), "a")
    assert access.allows(anonymous("s"), ANYBODY)
    assert access.allows(system("s"), "b")
