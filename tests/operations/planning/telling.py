"""Processes beside the hub that tell what they have loaded."""

from __future__ import annotations

import gc
import sys
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign

from hub.operations.planning.apart import take_jobs


def tell(pipe: Connection, _stop: StopSign) -> None:
    """The process's own program: whether it knows a module."""
    take_jobs(pipe, lambda name: name in sys.modules)


def tell_how_much(pipe: Connection, _stop: StopSign) -> None:
    """The same: how many of its objects the collector of garbage looks through, and how many it does not."""
    take_jobs(pipe, lambda _: (len(gc.get_objects()), gc.get_freeze_count()))
