"""`python -m scheduler.benchmark_report OUT.md [--quick]`: runs the benchmarks and writes their tables, half an hour."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from scheduler.commandline import main
from scheduler.plan import Plan
from scheduler.proof import felt_gap, promise_gap

Rows = list[dict[str, object]]

HEAD = """# Benchmarks of the scheduler

Written by `make bench-scheduler`; every figure is from that one run. A peer gets the same problem, seconds and threads, in a
process of its own; loading its libraries is not counted. Its column is its value over ours at the first level that differs
(above 1: ours is better; `none`: no plan in time; `unfit`: the peer has no model of this kind of problem). greedy: one
pass; pyjobshop: PyJobShop on OR-Tools; highs: a MIP in HiGHS; cpsat: one plain CP-SAT model without bounds or hints.
On a salon's day pyjobshop and highs (time-indexed) know who is served, lateness and waiting in one weighted sum, nothing
below; both keep the services of a visit in the order of the list, pyjobshop ends ageing after two steps and has to serve
everybody who can be, highs begins nobody more than twelve slots late; greedy and cpsat know all levels. Every plan of a
peer is verified. Timefold needs a Java machine and is left out.
The gap is that of the first levels that are open; lateness and waiting, both weighted minutes of customers, have one. The
felt gap stops there: it is 0 once nobody more can be served and nobody sooner, whatever is open of changes and wishes below.
The promise gap is that of who is served and of lateness alone.
"""

SETS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("SMPTSP, all instances, 10 s", "smptsp", ("smptsp", "--seconds", "10", "--peers", "greedy,cpsat")),
    ("FJSP, 10 s", "fjsp", ("fjsp", "--seconds", "10", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Small days from scratch, 3 s", "small3", ("small", "--seconds", "3", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Medium days from scratch, 0.3 s", "medium03", ("medium", "--seconds", "0.3", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Medium days from scratch, 1 s", "medium1", ("medium", "--seconds", "1", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Medium days from scratch, 3 s", "medium3", ("medium", "--seconds", "3", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Medium days from scratch, 10 s", "medium10", ("medium", "--seconds", "10", "--peers", "greedy,pyjobshop,highs,cpsat")),
    ("Large days from scratch, 10 s", "large", ("large", "--seconds", "10", "--peers", "greedy,cpsat")),
    ("Chains of ten stores from scratch, 10 s", "chain", ("chain", "--seconds", "10", "--peers", "greedy")),
    ("Replanning, small and medium", "replan", ("replan", "small", "medium", "--seconds", "3", "--reference", "5")),
    (
        "Replanning, large and chain",
        "replan_large",
        ("replan", "large", "chain", "--events", "8", "--seconds", "3", "--reference", "3"),
    ),
)
"""Title, name of the file, and what `bench` is asked for."""

REPLAN_TEXT = """First and better plans in ms (p50, p95). Then the share of events whose promises (nobody unserved, weighted
lateness) are proven, of those in which every level is proven, of those in which all that customers feel (nobody unserved,
lateness and waiting together) is proven or within 5 % of the bound, and of those whose promises are after 1 s as good as
in the best plan known; changes per event and against planning afresh.
"""


def report(out: Path, sets: tuple[tuple[str, str, tuple[str, ...]], ...]) -> None:
    """Run the sets and write the tables."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    machine = f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    parts = [HEAD, f"{machine}; load of the machine at the start: {load}. Two threads each.\n"]
    with tempfile.TemporaryDirectory() as folder:
        for title, name, arguments in sets:
            file = Path(folder) / f"{name}.jsonl"
            if main(["bench", *arguments, "--json", str(file)]) != 0 or not file.exists():
                parts.append(f"## {title}\n\nNot measured: its instances were not found.\n")
                continue
            rows: Rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            parts.append(f"## {title}\n\n{_replanned(rows) if 'replan' in rows[0] else _solved(rows)}\n")
    out.write_text("\n".join(parts), encoding="utf-8")


def _solved(rows: Rows) -> str:
    first = rows[0]["peers"]
    peers = list(first) if isinstance(first, dict) else []
    levels = rows[0]["objective"]
    felt = isinstance(levels, dict) and "waiting" in levels
    gaps = ["gap", "felt gap", "promise gap"] if felt else ["gap"]
    lines = _table(["instance", "status", "objective", "bound", *gaps, "seconds", "best known", *peers])
    for row in rows:
        objective, bound, gap, ran = row["objective"], row["bound"], row["gap"], row["peers"]
        found = [str(ran[peer]["ratio"]) for peer in peers] if isinstance(ran, dict) else []
        shares = [_percent(gap), *(map(_percent, _felt(objective, bound)) if felt else [])]
        known = row["best_known"]
        best = "–".join(dict.fromkeys(map(str, known))) if isinstance(known, list) else ""
        values = [
            str(row["instance"]),
            str(row["status"]),
            _levels(objective),
            _levels(bound),
            *shares,
            str(row["seconds"]),
            best,
        ]
        lines.append("| " + " | ".join([*values, *found]) + " |")
    proven = sum(row["status"] == "optimal" for row in rows)
    total = sum(float(str(row["seconds"])) for row in rows)
    text = f"{len(rows)} instances, {proven} proven, {total:.1f} s in all"
    for peer in peers:
        theirs = sum(float(row["peers"][peer]["seconds"]) for row in rows if isinstance(row["peers"], dict))
        text += f"; {peer} {theirs:.1f} s, {theirs / max(total, 0.001):.1f} times that"
    return "\n".join(lines) + f"\n\n{text}.\n"


def _percent(gap: object) -> str:
    return f"{100 * gap:.1f} %" if isinstance(gap, float) else "–"


def _felt(objective: object, bound: object) -> tuple[float | None, float | None]:
    """The gaps of what customers feel and of promises."""
    if not isinstance(objective, dict) or not isinstance(bound, dict):
        return None, None
    plan = Plan(objective=objective, bound=bound)
    return felt_gap(plan), promise_gap(plan)


def _levels(values: object) -> str:
    """The values in the order of the levels, without the lower half of a salon's."""
    return "/".join(str(value) for value in list(values.values())[:4]) if isinstance(values, dict) else ""


def _replanned(rows: Rows) -> str:
    names = [name for name in rows[0] if name != "replan"]
    lines = _table(["", *(str(row["replan"]) for row in rows)])
    lines += ["| " + " | ".join([name.replace("_", " "), *(str(row[name]) for row in rows)]) + " |" for name in names]
    return REPLAN_TEXT + "\n" + "\n".join(lines) + "\n"


def _table(head: list[str]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]


if __name__ == "__main__":
    quick = tuple((title, name, (*arguments, "--seconds", "1")) for title, name, arguments in SETS)
    report(Path(sys.argv[1]), quick if "--quick" in sys.argv else SETS)
