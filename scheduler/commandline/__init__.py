"""The command line. Exit 0: done (also when a signal ended the search); 1: the plan breaks rules; 2: not understood.

Tree: `arguments` (what may be said), `files` (reading and writing), `actions` (convert, generate, solve, verify),
`bench` (tables of measurements).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scheduler.check import ProblemError
from scheduler.commandline.arguments import parser
from scheduler.commandline.files import FileError
from scheduler.instance_text import InstanceError

UNREADABLE = 2


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.action(chosen)
    except (FileError, InstanceError, ProblemError) as error:
        sys.stderr.write(f"{getattr(error, 'where', '') or chosen.command}: {error}\n")
        return UNREADABLE
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return 0
    return code
