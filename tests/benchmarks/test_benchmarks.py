"""The benchmark runs and prints its figures; what they are is for a quiet machine to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_benchmark_prints_every_figure() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for figure in (
        "view of",
        "python-socketio emit",
        "command accepted",
        "storeless",
        "commands per second",
        "reconnect at once",
        "free starts, 14 days",
        "while it solves",
        "first repaired plan",
    ):
        assert figure in ran.stdout
