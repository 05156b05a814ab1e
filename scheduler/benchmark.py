"""Measuring the solver beside its peers: instances by set, one run each, and how the peers' plans compare."""

from __future__ import annotations

import contextlib
import csv
import json
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scheduler import fjsp, smptsp
from scheduler.benchmark_peers import PeerRun, run_peer
from scheduler.check import ProblemError
from scheduler.generate import SIZES, generate
from scheduler.instance_text import InstanceError
from scheduler.json_form import problem_from_json
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.portfolio import solve
from scheduler.problem import Problem
from scheduler.verification import verify

GENERATED_SEEDS = (0, 1, 2)

PUBLIC = {"smptsp": ("smptsp-odd.txz", "smptsp"), "fjsp": ("fjsp",)}
"""Sets by name: where they lie below the folder of public instances, the first that exists."""

SUFFIXES = frozenset({".dat", ".txt", ".fjs", ".json"})


class SetError(Exception):
    """A set of instances that cannot be found or read."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem and what the literature knows about its last level: lower and upper bound."""

    problem: Problem
    known: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Our run and the peers' on one instance."""

    instance: Instance
    plan: Plan
    peers: dict[str, PeerRun] = field(default_factory=dict)


def public_folder() -> Path:
    """Where the public instances lie: `data/scheduling` in the folder named by SALON_HUB_SHARED."""
    return Path(os.environ.get("SALON_HUB_SHARED", "../shared")) / "data" / "scheduling"


def instances(name: str) -> Iterator[Instance]:
    """The instances of a set, small ones first where the set tells. Raises SetError."""
    if name in SIZES:
        for seed in GENERATED_SEEDS:
            yield Instance(generate(name, seed))
        return
    paths = [public_folder() / part for part in PUBLIC[name]] if name in PUBLIC else [Path(name)]
    path = next((p for p in paths if p.exists()), None)
    if path is None:
        raise SetError(f"{name}: no such set, file or folder ({paths[0]})")
    known = _known(path)
    texts = sorted(_texts(path), key=lambda pair: _by_numbers(pair[0]))
    if not texts:
        raise SetError(f"{name}: no instances in {path}")
    for stem, text in texts:
        yield Instance(_problem(stem, text), known.get(stem))


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each instance below a path; a file that is no archive is an instance, whatever its name ends with."""
    try:
        if path.is_dir():
            for file in path.rglob("*"):
                if file.suffix.lower() in SUFFIXES and file.name != "bks.json":
                    yield file.stem, _decoded(file.name, file.read_bytes())
        elif path.suffix.lower() in SUFFIXES or not tarfile.is_tarfile(path):
            yield path.stem, _decoded(path.name, path.read_bytes())
        else:
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member) if Path(member.name).suffix.lower() in SUFFIXES else None
                    if content is not None:
                        yield Path(member.name).stem, _decoded(member.name, content.read())
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise SetError(f"{path}: {error}") from error


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SetError(f"{name}: not UTF-8 text") from error


def _by_numbers(stem: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 0, part) for part in stem.replace("-", "_").split("_")]


def _problem(stem: str, text: str) -> Problem:
    """The problem in a text of any known form."""
    if text.lstrip().startswith("{"):
        try:
            return problem_from_json(text)
        except ProblemError as error:
            raise SetError(f"{stem}: not a problem: {error}") from error
    try:
        return smptsp.to_problem(smptsp.read(text), stem)
    except InstanceError as error:
        no_smptsp = error
    try:
        return fjsp.to_problem(fjsp.read(text), stem)
    except InstanceError as error:
        raise SetError(f"{stem}: neither smptsp ({no_smptsp}) nor fjsp ({error})") from error


def _known(path: Path) -> dict[str, tuple[int, int]]:
    """Best known bounds from the lists that lie beside the instances."""
    found: dict[str, tuple[int, int]] = {}
    for folder in (path, *path.parents[:3]):
        if not folder.is_dir():
            continue
        lists = [*folder.glob("smptsp-bounds*.csv"), *folder.glob("bks.json")]
        for listed in lists:
            # A list in another form than these knows nothing of use.
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                found |= dict(_best_known(listed))
        if found:
            break
    return found


def _best_known(listed: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    text = listed.read_text(encoding="utf-8-sig")
    if listed.suffix == ".csv":
        for row in csv.DictReader(text.splitlines()):
            yield row["instance"], (int(float(row["lb"])), int(float(row["ub"])))
    else:
        for entry in json.loads(text):
            yield entry["instance"], (int(entry["lower_bound"]), int(entry["upper_bound"]))


def measure(instance: Instance, limits: Limits, peers: tuple[str, ...]) -> Measured:
    """Solve the instance, then let every peer do the same within the same seconds on as many threads."""
    plan = solve(instance.problem, limits=limits)
    runs = {peer: run_peer(peer, instance.problem, limits.seconds, limits.workers) for peer in peers}
    return Measured(instance, plan, runs)


def compared(problem: Problem, ours: Plan, run: PeerRun) -> str:
    """The peer's value over ours at the first level that differs (above 1: ours is better), or why there is none."""
    if run.plan is None:
        return run.state
    verdict = verify(problem, run.plan)
    if not verdict.valid:
        return "invalid"
    for level in problem.objective:
        our, their = ours.objective[level], verdict.objective[level]
        if our != their:
            last = level == problem.objective[-1]
            ratio = f"{their / our:.3f}" if our else f"+{their}"
            return ratio if last and our else f"{ratio} {level}"
    return "1.000"
