"""A process beside the hub that tells what it has loaded."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign

from hub.operations.planning.apart import take_jobs


def tell(pipe: Connection, _stop: StopSign) -> None:
    """The process's own program: whether it knows a module."""
    take_jobs(pipe, lambda name: name in sys.modules)
