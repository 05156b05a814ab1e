"""`salon-hub simulate`: where the store comes from, what is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import orjson
from rich.console import Console

from hub.kernel.text import Language
from hub.simulation.campaign import simulate
from hub.simulation.learning import store_of_hub
from hub.simulation.policies import PolicyName
from hub.simulation.report import table
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


def run(store: Path, days: int, policies: str, seed: int, *, as_json: bool, language: Language) -> int:
    """Print the table, or the numbers as one JSON document; the exit code: 0, or 2 for a store or policy that is none."""
    errors = Console(stderr=True)
    try:
        names: Sequence[PolicyName] = policies_of(policies)
        described = store_from(store)
    except UnknownPolicyError as error:
        errors.print(f"unknown_policy: {error}", markup=False)
        return 2
    except StoreFileError as error:
        errors.print(str(error), markup=False)
        return 2
    with errors.status("") as status:
        campaign = simulate(described, days, names, seed, lambda day: status.update(f"{day} / {days}"))
    if as_json:
        Console(soft_wrap=True).out(orjson.dumps(campaign.to_json(), option=orjson.OPT_INDENT_2).decode(), highlight=False)
    else:
        paper = Console()
        (paper if paper.is_terminal else Console(width=PAPER_WIDTH)).print(table(campaign, language))
    return 0
