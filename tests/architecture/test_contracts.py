"""The house's rules about itself: imports go downwards, everything declared is listed, said, classed and bounded."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, get_args

import pytest
from fluent.syntax import FluentParser, ast
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import LargeBinary, String

import displays
import hub
import kiosk
import scheduler
from hub.app import DOMAINS, SCREENS
from hub.gateway.fluent import LANGUAGES, LOCALES, bundle, sentence
from hub.gateway.screens import Screen
from hub.kernel.commands import CommandBook
from hub.kernel.errors import declared_errors
from hub.kernel.events import event_types
from hub.kernel.tables import Base, ColumnClass, Scoped, Store, class_of
from hub.reference import reference
from hub.running import registry_of

ROOT = Path(hub.__file__).parent.parent
OWN = ("hub.", "kiosk", "displays")


def modules() -> Iterator[ModuleType]:
    """Every module of the product."""
    for package in (hub, kiosk, displays, scheduler):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and ".migrations." not in found.name:
                yield importlib.import_module(found.name)


ALL = list(modules())


def test_imports_go_downwards() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_every_book_of_commands_is_listed() -> None:
    listed = set(registry_of(DOMAINS, SCREENS).specs)
    books = {id(v): v for m in ALL for v in vars(m).values() if isinstance(v, CommandBook)}
    assert {name for book in books.values() for name in book.specs} == listed


def test_every_screen_is_listed() -> None:
    found = {v.name for m in ALL for v in vars(m).values() if isinstance(v, Screen)}
    assert found == {screen.name for screen in SCREENS}
    assert len(SCREENS) == len(found)


def test_every_command_and_screen_asks_for_a_permission() -> None:
    for spec in registry_of(DOMAINS, SCREENS).specs.values():
        assert spec.permission, spec.name
    for screen in SCREENS:
        assert screen.permission, screen.name


def test_no_date_is_asked_for_whose_weeks_lead_out_of_the_calendar() -> None:
    """But for what the hub itself sends, whose dates are its own."""
    own = {"bookings.expect_day", "planning.adopt_plan"}
    models = {name: spec.model for name, spec in registry_of(DOMAINS, SCREENS).specs.items() if name not in own}
    models |= {f"screen {screen.name}": screen.params for screen in SCREENS}
    dates = {
        f"{name}.{field}": TypeAdapter(Annotated[info.annotation, info])
        for name, model in models.items()
        for field, info in model.model_fields.items()
        if date in (info.annotation, *get_args(info.annotation)) or "datetime.date," in str(info.annotation)
    }
    assert len(dates) > 10
    for edge in (date.min, date.max):
        taken = [name for name, adapter in dates.items() if _takes(adapter, edge)]
        assert taken == []


def _takes(adapter: TypeAdapter[Any], value: date) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_sentence(language: str) -> None:
    own = [kind.code for kind in declared_errors().values()]
    missing = [code for code in own if not sentence(language, f"error-{code.replace('_', '-')}")]  # type: ignore[arg-type]
    assert missing == []


def test_both_languages_say_the_same_things() -> None:
    texts = {language: _messages(language) for language in LANGUAGES}
    english, chinese = texts["en"], texts["zh"]
    assert set(english) == set(chinese)
    differ = {key: (english[key], chinese[key]) for key in english if english[key] != chinese[key]}
    assert differ == {}, "placeables differ"


def test_no_refusal_is_said_twice() -> None:
    for language in LANGUAGES:
        seen: dict[str, str] = {}
        for path in sorted((LOCALES / language).glob("*.ftl")):
            for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
                if isinstance(entry, ast.Message) and entry.id.name.startswith("error-"):
                    assert entry.id.name not in seen, f"{entry.id.name}: {seen[entry.id.name]} and {path.name}"
                    seen[entry.id.name] = path.name
        assert bundle(language)


def _messages(language: str) -> dict[str, frozenset[str]]:
    """Placeables by message."""
    found = {}
    for path in (LOCALES / language).glob("*.ftl"):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"
            if isinstance(entry, ast.Message):
                found[entry.id.name] = frozenset(
                    re.findall(r"\{\s*\$(\w+)", path.read_text()[entry.span.start : entry.span.end])
                )  # type: ignore[union-attr]
    return found


TELLING = re.compile(r"(^|_)(phone|email|contact|note|allergy|birthday|address)(_|$)|^(name|customer_name)_sealed$")
SECRETS = re.compile(r"(^|_)(token|password|pin|secret|totp|recovery)(_|$)")
NOT_TELLING = {
    "kiosk_session.token": "names the present step of a conversation and opens nothing",
}
"""Columns whose names sound like a person's data or a secret, and why they are not."""


def test_columns_that_tell_of_a_person_are_classed() -> None:
    wrong = []
    for table in Base.metadata.tables.values():
        for column in table.columns:
            name, kind = f"{table.name}.{column.name}", class_of(column)
            if name in NOT_TELLING or column.name.endswith("_id"):
                continue
            if SECRETS.search(column.name) and isinstance(column.type, String | LargeBinary) and kind is not ColumnClass.SECRET:
                wrong.append(name)
            if (TELLING.search(column.name) or column.name.endswith("_sealed")) and kind is ColumnClass.PUBLIC:
                wrong.append(name)
    assert wrong == [], ", ".join(wrong)


def test_sealed_columns_hold_bytes() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("_sealed"):
                assert isinstance(column.type, LargeBinary), f"{table.name}.{column.name}"


def test_every_row_belongs_to_a_store() -> None:
    for mapper in Base.registry.mappers:
        assert mapper.class_ is Store or issubclass(mapper.class_, Scoped), mapper.class_.__name__


def test_facts_hold_no_persons_data() -> None:
    for name, event in event_types().items():
        if not event.__module__.startswith(OWN):
            continue
        telling = [field for field in event.model_fields if TELLING.search(field) or field in ("name", "text")]
        assert telling == [], f"{name}: facts carry ids only"


def test_reference_names_everything_that_is_declared() -> None:
    """Mended by `salon-hub reference`."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference()


def test_files_stay_small_enough_to_read() -> None:
    long = {}
    for module in ALL:
        path = Path(module.__file__ or "")
        lines = len(path.read_text(encoding="utf-8").splitlines()) if path.suffix == ".py" else 0
        if lines > 350:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
    assert [m.__name__ for m in ALL if m.__name__.rpartition(".")[2] in empty] == []


def test_every_room_says_what_it_is_for() -> None:
    assert [m.__name__ for m in ALL if not (m.__doc__ or "").strip()] == []
