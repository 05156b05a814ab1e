"""What may be said on the command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from scheduler.benchmark_peers import PEERS
from scheduler.commandline.actions import run_convert, run_generate, run_solve, run_verify
from scheduler.commandline.bench import run_bench
from scheduler.generate import SIZES

LARGEST_SEED = 1_000_000_000
"""OR-Tools' seeds have 31 bits, and a search counts on from its own."""

MOST_WORKERS = 1_000


def parser() -> argparse.ArgumentParser:
    """The parser; every command sets `action`, a function from the arguments to the exit code."""
    top = argparse.ArgumentParser(prog="python -m scheduler", description="Plan the day of a service floor.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_convert(commands.add_parser("convert", help="print a public instance file as a problem"))
    _add_generate(commands.add_parser("generate", help="print a realistic day of a store or chain"))
    _add_solve(commands.add_parser("solve", help="solve a problem; prints one line of JSON"))
    _add_verify(commands.add_parser("verify", help="check a plan; exit 1 and the broken rules when it is not valid"))
    _add_bench(commands.add_parser("bench", help="measure the solver beside its peers"))
    return top


def _add_convert(convert: argparse.ArgumentParser) -> None:
    convert.add_argument("form", choices=("smptsp", "fjsp"))
    convert.add_argument("file", help="instance file, - for standard input")
    convert.add_argument("--out", default="-", help="problem file (default: standard output)")
    convert.set_defaults(action=run_convert)


def _add_generate(generate: argparse.ArgumentParser) -> None:
    generate.add_argument("size", choices=tuple(SIZES))
    generate.add_argument("--seed", type=_whole(0, LARGEST_SEED), default=0)
    generate.add_argument("--load", type=_number(0.1, 1.5), default=0.8, help="share of the technicians' time (default 0.8)")
    generate.add_argument("--out", default="-", help="problem file (default: standard output)")
    generate.set_defaults(action=run_generate)


def _add_solve(solve: argparse.ArgumentParser) -> None:
    solve.add_argument("problem", help="problem file, - for standard input")
    _add_limits(solve, seconds=10.0)
    solve.add_argument("--hint", help="plan file to begin with")
    solve.add_argument("--out", help="file for the plan")
    solve.set_defaults(action=run_solve)


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("problem", help="problem file, - for standard input")
    verify.add_argument("plan", help="plan file")
    verify.set_defaults(action=run_verify)


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument(
        "sets",
        nargs="+",
        metavar="SET",
        help="smptsp, fjsp, a generated size (small, medium, large, chain), a file, folder or archive of instances; "
        "or replan, followed by generated sizes",
    )
    _add_limits(bench, seconds=10.0)
    bench.add_argument("--peers", default=",".join(PEERS), help=f"some of {','.join(PEERS)}, or none (default: all)")
    bench.add_argument("--events", type=_whole(1, 10_000), default=20, help="events per day of replan (default 20)")
    bench.add_argument(
        "--reference",
        type=_number(0.0, 1e4),
        default=0.0,
        help="seconds that replan searches on for the best known plan (default 0: its own answer)",
    )
    bench.add_argument("--json", metavar="FILE", help="also write one line of JSON per instance")
    bench.set_defaults(action=run_bench)


def _add_limits(to: argparse.ArgumentParser, *, seconds: float) -> None:
    to.add_argument("--seconds", type=_number(0.0, 1e6), default=seconds, help=f"time limit (default {seconds:g})")
    to.add_argument("--workers", type=_whole(1, MOST_WORKERS), default=2, help="threads (default 2)")
    to.add_argument("--seed", type=_whole(0, LARGEST_SEED), default=0)


def _number(least: float, most: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
        return value

    return number


def _whole(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return value

    return whole
