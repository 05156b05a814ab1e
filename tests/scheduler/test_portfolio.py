"""What is loaded ahead is all that a search would load: nobody's first answer waits for an import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import scheduler

SOURCES = Path(scheduler.__file__).parent


def imported_on_demand() -> set[str]:
    """Modules of the solver that its functions import when they are called; peers are loaded by who measures."""
    found: set[str] = set()
    for path in SOURCES.glob("*.py"):
        if path.name.startswith("benchmark"):
            continue
        functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
        found |= {
            str(node.module)
            for function in functions
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("scheduler.")
        }
    return found


def test_the_engines_are_all_that_a_search_imports_on_demand() -> None:
    wanted = imported_on_demand()
    assert "scheduler.neighbourhood" in wanted
    script = "import sys; from scheduler.portfolio import load; load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    loaded = set(done.stdout.split())
    assert wanted <= loaded
    assert "ortools.sat.python.cp_model" in loaded
