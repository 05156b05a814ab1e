"""Measuring the solver beside its peers: instances by set, one run each, and how the peers' plans compare."""

from __future__ import annotations

import contextlib
import csv
import json
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scheduler import fjsp, smptsp
from scheduler.benchmark_peers import PeerRun, run_peer
from scheduler.check import ProblemError
from scheduler.generate import SIZES, generate
from scheduler.instance_bytes import NotTextError, text_of
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

COMPRESSED = frozenset({".gz", ".bz2", ".xz"})


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


def instances(name: str, left_out: Callable[[str], None] | None = None) -> Iterator[Instance]:
    """The instances of a set, small ones first where the set tells.

    `left_out` hears why of every file that is no instance among others that are; without it such a file is refused.

    Raises:
        SetError: there is no such set, or nothing of it can be read.
    """
    if name in SIZES:
        for seed in GENERATED_SEEDS:
            yield Instance(generate(name, seed))
        return
    paths = [public_folder() / part for part in PUBLIC[name]] if name in PUBLIC else [Path(name)]
    path = next((p for p in paths if p.exists()), None)
    if path is None:
        raise SetError(f"{name}: no such set, file or folder ({paths[0]})")
    known = _known(path)
    files = sorted(_files(path), key=lambda file: _by_numbers(file.stem))
    if not files:
        raise SetError(f"{name}: no instances in {path}")
    refused: list[SetError] = []
    for file in files:
        try:
            problem = _problem(file)
        except SetError as error:
            if left_out is None or len(files) == 1:
                raise
            refused.append(error)
            left_out(str(error))
        else:
            yield Instance(problem, known.get(file.stem))
    if len(refused) == len(files):
        raise SetError(f"{name}: no instances in {path}")


@dataclass(frozen=True, slots=True)
class _File:
    """A file's name in its folder or archive, and its bytes."""

    name: str
    content: bytes

    @property
    def stem(self) -> str:
        name = Path(self.name)
        return Path(name.stem).stem if name.suffix.lower() in COMPRESSED else name.stem


def _files(path: Path) -> Iterator[_File]:
    """What may be an instance below a path; a file that is no archive is one, whatever its name ends with."""
    try:
        if path.is_dir():
            found = [file for file in path.rglob("*") if file.is_file() and _may_be_instance(file.name)]
            yield from (_File(file.name, file.read_bytes()) for file in found)
        elif path.suffix.lower() not in SUFFIXES and tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member) if _may_be_instance(member.name) else None
                    if content is not None:
                        yield _File(member.name, content.read())
        elif path.suffix.lower() not in SUFFIXES and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    if _may_be_instance(name):
                        yield _File(name, packed.read(name))
        else:
            yield _File(path.name, path.read_bytes())
    except (OSError, EOFError, RuntimeError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error) as error:
        raise SetError(f"{path}: {error}") from error


def _may_be_instance(name: str) -> bool:
    path = Path(name)
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    kind = suffixes[0] if len(suffixes) > 1 and suffixes[-1] in COMPRESSED else path.suffix.lower()
    return kind in SUFFIXES and path.name != "bks.json"


def _by_numbers(stem: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 0, part) for part in stem.replace("-", "_").split("_")]


def _problem(file: _File) -> Problem:
    """The problem in a file of any known form. Raises SetError."""
    stem = file.stem
    try:
        text = text_of(file.content, lenient=True)
    except NotTextError as error:
        raise SetError(f"{file.name}: {error}") from error
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
