"""The command line. Exit 0: done (also when a signal ended the search); 1: the plan breaks rules; 2: not understood.

Tree: `arguments` (what may be said), `files` (reading and writing), `actions` (convert, generate, solve, verify),
`bench` (tables of measurements).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scheduler.check import ProblemError
from scheduler.commandline.arguments import parser
from scheduler.commandline.files import FileError
from scheduler.instance_text import InstanceError

UNREADABLE = 2


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    chosen = parser().parse_args(arguments)
    if sys.stdout is None:
        # Started without one: nobody listens.
        sys.stdout = io.StringIO()
    try:
        code: int = chosen.action(chosen)
        sys.stdout.flush()
    except (FileError, InstanceError, ProblemError) as error:
        sys.stderr.write(f"{getattr(error, 'where', '') or chosen.command}: {error}\n")
        return UNREADABLE
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return 0
    except OSError as error:
        sys.stderr.write(f"{chosen.command}: standard output: {error.strerror or error}\n")
        _forget_output()
        return UNREADABLE
    return code


def _forget_output() -> None:
    """What could not be written would fail again at the end of the process, with an exit code of its own."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
