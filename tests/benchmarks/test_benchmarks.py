"""The benchmark runs and prints its figures; what they are is for a quiet machine to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.table import Asked

ROOT = Path(__file__).parent.parent.parent


PARTS = {
    "sockets commands storm": (
        "the disk alone",
        "view of",
        "bare python-socketio: emit",
        "command → durable (FULL) → last of 10 screens",
        "bare python-socketio, storeless",
        "commands per second",
        "reconnect at once",
        "memory per screen",
    ),
    "stalled sharing": ("a stalled screen", "held for it", "to the others beside it", "two processes"),
    "planning": ("free starts, 14 days", "while it solves", "first repaired plan"),
}


@pytest.mark.slow
@pytest.mark.parametrize("parts", PARTS)
def test_benchmark_prints_every_figure(parts: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", *parts.split()]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=115, check=False)
    assert ran.returncode == 0, ran.stderr
    for figure in (*PARTS[parts], "not reached: "):
        assert figure in ran.stdout


def test_figure_says_what_is_asked_and_whether_it_is_reached() -> None:
    assert str(Asked(0.5, most=0.5, of="p99")) == "p99 0.50 ≤ 0.5 reached"
    assert str(Asked(0.51, most=0.5)) == "0.51 ≤ 0.5 MISSED"
    assert Asked(0.6, least=0.6).reached
    assert not Asked(0.59, least=0.6).reached
