"""What the documents name is there: files, headings, make targets, settings, modules, commands with their options, facts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer

from hub.app import DOMAINS, SCREENS
from hub.cli import app
from hub.kernel.events import event_types
from hub.kernel.text import summary_of
from hub.running import registry_of
from hub.settings import NOT_SETTINGS, PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "static" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = ("docs", "displays", "hub", "kiosk", "scheduler", "static", "tests")
MADE = {"node_modules", "dist", "build", "__pycache__"}
KINDS = (".py", ".md", ".ts", ".tsx", ".css", ".csv", ".ftl", ".yaml", ".json", ".toml", ".lock")
READERS_OWN = {"long-days.yaml", "one-more.yaml"}
EXAMPLES = {"visits.hand_towel", "visits.towel_handed"}
A_CONNECTION = "neighbours"
"""What one to the database is called, behind the hub's name."""

REGISTRY = registry_of(DOMAINS, SCREENS)


@cache
def tree() -> frozenset[str]:
    """Files and folders of the sources, each with a stroke before it, so that the end of a path is found by itself."""
    found = {f"/{path.name}" for path in ROOT.iterdir() if path.is_file()} | {f"/{folder}" for folder in SOURCES}
    for source in SOURCES:
        for here, folders, names in os.walk(ROOT / source):
            folders[:] = [name for name in folders if name not in MADE]
            found |= {f"/{Path(here, name).relative_to(ROOT)}" for name in (*folders, *names)}
    return frozenset(found)


def words_in_code(text: str) -> Iterator[str]:
    """What stands between `backticks`, word by word, with `{a,b}` written out."""
    for code in re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
        for word in re.findall(r"[^\s,{]*\{[^}\s]+\}[^\s,]*|[^\s,]+", code):
            choice = re.fullmatch(r"(.*)\{(.+)\}(.*)", word)
            yield from (f"{choice[1]}{each}{choice[3]}" for each in choice[2].split(",")) if choice else (word,)


def missing_files(text: str) -> list[str]:
    asked = {word for word in words_in_code(text) if not re.search(r"^[/.]|^DATA|[<>…*(]", word)}
    paths = {word for word in asked if word.endswith(KINDS) or (word.split("/")[0] in SOURCES and "/" in word)}
    there = {path for path in paths if any(known.endswith(f"/{path.rstrip('/')}") for known in tree())}
    modules = {path for path in paths - there if f"/{path}.py" in tree()}
    return sorted(paths - there - modules - READERS_OWN)


def missing_targets(text: str) -> list[str]:
    known = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[0].split()
    return sorted(set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)) - {*known})


def missing_settings(text: str) -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    return sorted(set(re.findall(rf"\b{PREFIX}[A-Z_]+[A-Z]", text)) - known)


def missing_modules(text: str) -> list[str]:
    named = re.findall(r"python -m ([a-z_][a-z_.]*[a-z])", text)
    return sorted({name for name in named if name.split(".")[0] in SOURCES and find_spec(name) is None})


def missing_names(text: str) -> list[str]:
    """Commands, facts and permissions, of the kinds that there are."""
    known = {*REGISTRY.specs, *event_types(), *(spec.permission for spec in REGISTRY.specs.values())}
    known |= {screen.permission for screen in REGISTRY.screens} | {route.permission for route in REGISTRY.routes}
    areas = {name.split(".")[0] for name in known}
    named = {word for word in words_in_code(text) if re.fullmatch(r"[a-z]+\.[a-z_]+", word) and word.split(".")[0] in areas}
    return sorted({name for name in named - known - EXAMPLES if not name.endswith(KINDS)})


def missing_words(text: str) -> list[str]:
    """Subcommands of `salon-hub`, and the options that are shown with them."""
    group = typer.main.get_command(app)
    wrong = []
    for line in re.findall(r"\bsalon-hub ((?:[a-z]|--)[^`#\n]*)", text.replace("\\\n", " ")):
        command, words = group, line.split()
        while words and hasattr(command, "commands") and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        wrong += [f"{line.strip()}: {words[0]}"] if command is group and words[0] != A_CONNECTION else []
        wrong += [f"{line.strip()}: {word}" for word in re.findall(r"--[a-z][a-z-]*", line) if word not in options]
    return wrong


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def broken_links(text: str, folder: Path) -> list[str]:
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        name, _, heading = link.partition("#")
        target = folder / name
        headings = (
            re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE) if target.suffix == ".md" and target.is_file() else []
        )
        if not target.exists() or heading not in {"", *map(slug, headings)}:
            wrong.append(link)
    return wrong


LOOKS = (missing_files, missing_targets, missing_settings, missing_modules, missing_names, missing_words)


@pytest.mark.parametrize("document", DOCS, ids=[str(path.relative_to(ROOT)) for path in DOCS])
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [wrong for look in LOOKS for wrong in look(text)] + broken_links(text, document.parent) == []


@pytest.mark.parametrize(
    ("look", "text", "found"),
    [
        (missing_files, "`hub/{app,nothing}.py`, `test_none.py`", ["hub/nothing.py", "test_none.py"]),
        (missing_targets, "```\nmake nothing  # x\nmake run\n```\nto make room", ["nothing"]),
        (missing_settings, f"`{PREFIX}NOTHING=1`, `{PREFIX}PORT`", [f"{PREFIX}NOTHING"]),
        (missing_modules, "`python -m tests.drills`, `python -m tests.nothing`", ["tests.nothing"]),
        (missing_names, "`visits.nothing`, `visits.start_service`", ["visits.nothing"]),
        (missing_words, "`salon-hub nothing`, `salon-hub keys rotate --all`", ["nothing: nothing", "keys rotate --all: --all"]),
        (
            lambda text: broken_links(text, ROOT),
            "[a](README.md#map) [b](README.md#no) [c](none.md)",
            ["README.md#no", "none.md"],
        ),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_what_is_not_there_is_found(look: Callable[[str], list[str]], text: str, found: list[str]) -> None:
    assert look(text) == found


def test_what_commands_and_screens_say_of_themselves_does_not_break_off() -> None:
    models = [*(spec.model for spec in REGISTRY.specs.values()), *(screen.view for screen in REGISTRY.screens)]
    said = {model.__name__: summary_of(model) for model in models if model.__doc__}
    assert len(said) > 100
    assert {name: text for name, text in said.items() if not text.endswith((".", "!", "?"))} == {}
