"""`salon-hub simulate`: where the store comes from, what is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import orjson
from rich.console import Console

from hub.kernel.terminal_text import told
from hub.kernel.text import Language
from hub.simulation.campaign import OWN, simulate
from hub.simulation.engine import EndlessDayError
from hub.simulation.learning import store_of_hub
from hub.simulation.policies import PolicyName
from hub.simulation.report import table
from hub.simulation.rosters import RosterFile, compare, read_roster, with_roster
from hub.simulation.store_file import StoreFile, StoreFileError, read_store

PAPER_WIDTH = 160
"""Characters a line where the table goes to a file."""

SHIPPED = Path(__file__).parent / "stores"


class UnknownPolicyError(ValueError):
    """A policy that there is not."""


def policies_of(text: str) -> list[PolicyName]:
    """The policies of a comma list, each once. Raises UnknownPolicyError."""
    names: list[PolicyName] = []
    for part in dict.fromkeys(part.strip() for part in text.split(",")):
        known = next((name for name in get_args(PolicyName) if name == part), None)
        if known is None:
            raise UnknownPolicyError(part)
        names.append(known)
    return names


def store_from(path: Path) -> StoreFile:
    """A YAML file, a hub's data directory, or the name of a store that comes along (`small`, `medium`).

    Raises:
        StoreFileError: nothing of the kind is there, or it describes no store.
    """
    if path.is_dir():
        return asyncio.run(store_of_hub(path))
    shipped = SHIPPED / f"{path}.yaml"
    if not path.exists() and path.parent == Path() and shipped.exists():
        return read_store(shipped)
    return read_store(path)


class RosterNameError(ValueError):
    """Two rosters of one name, or several policies to try them under; which of them, as sentences `simulate-…` call it."""


def rosters_from(paths: Sequence[Path], policies: Sequence[PolicyName]) -> list[tuple[str, RosterFile]]:
    """The rosters by the names of their files.

    Raises:
        StoreFileError: one is no roster.
        RosterNameError: they cannot be told apart, or from policies.
    """
    names = [OWN, *(path.stem for path in paths)]
    if len(set(names)) < len(names):
        raise RosterNameError("same-name")
    if paths and len(policies) > 1:
        raise RosterNameError("one-policy")
    return [(path.stem, read_roster(path)) for path in paths]


def run(
    store: Path, days: int, policies: str, seed: int, *, as_json: bool, language: Language, rosters: Sequence[Path] = ()
) -> int:
    """Print the table, or the numbers as one JSON document; the exit code: 0, or 2 for what cannot be played."""
    errors = Console(stderr=True)
    try:
        names: Sequence[PolicyName] = policies_of(policies)
        described = store_from(store)
        others = rosters_from(rosters, names)
        for _, roster in others:
            with_roster(described, roster)
    except UnknownPolicyError as error:
        errors.print(told("simulate-policy", names=str(error), known=", ".join(get_args(PolicyName))), markup=False)
        return 2
    except RosterNameError as error:
        errors.print(told(f"simulate-{error}"), markup=False)
        return 2
    except StoreFileError as error:
        errors.print(told(f"simulate-{error.code.removeprefix('store_file_')}", detail=error.detail), markup=False)
        return 2
    with errors.status("") as status:

        def tell(day: int) -> None:
            status.update(f"{day} / {days}")

        try:
            if others:
                campaign = compare(described, others, days, names[0], seed, tell)
            else:
                campaign = simulate(described, days, names, seed, tell)
        except EndlessDayError as error:
            errors.print(told("simulate-endless", hour=error.hour), markup=False)
            return 2
    if as_json:
        Console(soft_wrap=True).out(orjson.dumps(campaign.to_json(), option=orjson.OPT_INDENT_2).decode(), highlight=False)
    else:
        paper = Console()
        (paper if paper.is_terminal else Console(width=PAPER_WIDTH)).print(table(campaign, language))
    return 0
