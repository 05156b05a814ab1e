"""The benchmark of several processes runs and prints its figures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import missing

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
@pytest.mark.timeout(220)
@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_benchmark_of_processes_prints_every_figure() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.processes", "--quick", "--processes", "2"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "bare SQLAlchemy Core on asyncpg" in ran.stdout
    for figure in (
        "2 processes, 2 stores: commands per second",
        "milliseconds per command",
        "last of 40 screens",
        "bare SQLAlchemy Core",
    ):
        assert figure in ran.stdout
