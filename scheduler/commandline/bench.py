"""The tables of `bench`: one line per instance, as soon as it is measured, and the sums."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator

from scheduler.benchmark import Measured, SetError, compared, instances, measure
from scheduler.benchmark_peers import PEERS
from scheduler.commandline.files import FileError, write_text
from scheduler.generate import SIZES
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.portfolio import load
from scheduler.replanning import Replanned, replan, summary

REPLAN = "replan"
REPLAN_SEED = 0


def run_bench(chosen: argparse.Namespace) -> int:
    """Measure every set; print as it goes."""
    limits = Limits(seconds=chosen.seconds, workers=chosen.workers, seed=chosen.seed)
    load()
    if chosen.sets[0] == REPLAN:
        return _replan(chosen, limits)
    peers = tuple(peer for peer in chosen.peers.split(",") if peer and peer != "none")
    unknown = sorted(set(peers) - set(PEERS))
    if unknown:
        raise FileError(f"no such peer: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    lines = []
    try:
        for name in chosen.sets:
            for row in _table(name, limits, peers):
                lines.append(json.dumps(_row(row)))
                if chosen.json:
                    write_text(chosen.json, "\n".join(lines) + "\n")
    except SetError as error:
        raise FileError(str(error)) from error
    return 0


def _table(name: str, limits: Limits, peers: tuple[str, ...]) -> Iterator[Measured]:
    head = ["instance", "status", "objective", "bound", "gap", "seconds", "best known", *(f"{peer} (s)" for peer in peers)]
    _say(f"{name}: {limits.seconds:g} s, {limits.workers} workers; peers: their value over ours, above 1 ours is better")
    done: list[Measured] = []
    left_out: list[str] = []
    for instance in instances(name, left_out.append):
        row = measure(instance, limits, peers)
        if not done:
            _say(_columns(head))
        done.append(row)
        _say(_columns(_cells(row)))
        yield row
    for reason in left_out:
        _say(f"left out: {reason}")
    _say(_sums(done, peers))


def _cells(row: Measured) -> list[str]:
    plan, known = row.plan, row.instance.known
    gap = "–" if plan.gap is None else f"{100 * plan.gap:.1f}%"
    best = "–" if known is None else str(known[1]) if known[0] == known[1] else f"{known[0]}–{known[1]}"
    peers = [
        f"{compared(row.instance.problem, plan, run)}" + (f" ({run.seconds:.1f})" if run.plan is not None else "")
        for run in row.peers.values()
    ]
    name = row.instance.problem.name or "–"
    return [
        name,
        plan.status,
        _levels(plan, plan.objective),
        _levels(plan, plan.bound),
        gap,
        f"{plan.seconds:.2f}",
        best,
        *peers,
    ]


def _levels(plan: Plan, values: object) -> str:
    """The values of all levels that are not settled at zero."""
    found = dict(values) if isinstance(values, dict) else {}
    shown = [str(found.get(level, "?")) for level in plan.objective if plan.objective[level] or found.get(level)]
    return "/".join(shown) or "0"


def _columns(cells: list[str]) -> str:
    return "  ".join(
        [cells[0].ljust(22), *(cell.rjust(10) for cell in cells[1:6]), cells[6].rjust(11), *(c.rjust(16) for c in cells[7:])]
    )


def _sums(done: list[Measured], peers: tuple[str, ...]) -> str:
    proven = sum(row.plan.status == "optimal" for row in done)
    ours = sum(row.plan.seconds for row in done)
    parts = [f"{len(done)} instances, {proven} proven, {ours:.1f} s"]
    for peer in peers:
        texts = [compared(row.instance.problem, row.plan, row.peers[peer]) for row in done]
        ratios = [float(text) for text in texts if text.replace(".", "", 1).isdigit()]
        mean = f"mean {statistics.fmean(ratios):.3f} of {len(ratios)}" if ratios else "no plan"
        worse = sum(ratio > 1 for ratio in ratios) + sum("." not in text or " " in text for text in texts)
        theirs = sum(row.peers[peer].seconds for row in done)
        parts.append(f"{peer}: {mean}, {worse} worse or none, {theirs:.1f} s ({theirs / max(ours, 0.001):.1f} times ours)")
    return "; ".join(parts)


def _row(row: Measured) -> dict[str, object]:
    plan = row.plan
    return {
        "instance": row.instance.problem.name,
        "status": plan.status,
        "objective": dict(plan.objective),
        "bound": dict(plan.bound),
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "seconds_to_first_plan": round(plan.seconds_to_first, 3),
        "best_known": row.instance.known,
        "peers": {
            name: {"state": run.state, "seconds": round(run.seconds, 3), "ratio": compared(row.instance.problem, plan, run)}
            for name, run in row.peers.items()
        },
    }


def _replan(chosen: argparse.Namespace, limits: Limits) -> int:
    sizes = chosen.sets[1:] or ["small", "medium"]
    unknown = sorted(set(sizes) - set(SIZES))
    if unknown:
        raise FileError(f"no such size: {', '.join(unknown)}; there are {', '.join(SIZES)}")
    _say(_columns(["event", "first ms", "better ms", "all ms", "status", "gap", "changes", "afresh"]))
    lines = []
    for size in sizes:
        done = []
        for answer in replan(size, REPLAN_SEED, chosen.events, limits, reference=chosen.reference):
            done.append(answer)
            _say(_columns([f"{size} {answer.event.kind}", *_replanned(answer)]))
        _say(_latencies(size, done))
        lines.append(json.dumps({"replan": size, **{name: round(value, 3) for name, value in summary(done).items()}}))
        if chosen.json:
            write_text(chosen.json, "\n".join(lines) + "\n")
    return 0


def _replanned(answer: Replanned) -> list[str]:
    times = [f"{1000 * s:.1f}" for s in (answer.first_seconds, answer.improved_seconds, answer.plan.seconds)]
    gap = "–" if answer.plan.gap is None else f"{100 * answer.plan.gap:.1f}%"
    return [*times, answer.plan.status, gap, str(answer.changes), str(answer.afresh_changes)]


def _latencies(size: str, done: list[Replanned]) -> str:
    if not done:
        return f"{size}: no events"
    found = summary(done)
    return (
        f"{size}: {len(done)} events; first plan p50 {found['first_p50_ms']:.1f} ms, p95 {found['first_p95_ms']:.1f} ms; "
        f"better plan p50 {found['improved_p50_ms']:.1f} ms, p95 {found['improved_p95_ms']:.1f} ms; "
        f"promises at the best known within 1 s {found['at_best_percent']:.0f}%, mean excess {found['excess_mean']:.1f}; "
        f"promises proven {found['lateness_proven_percent']:.0f}%, all proven {found['proven_percent']:.0f}%; "
        f"changes {found['changes_per_event']:.2f} per event, {found['changes_to_afresh']:.2f} of planning afresh"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
