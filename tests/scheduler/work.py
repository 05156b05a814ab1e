"""Limits by what the tests' own process works."""

from __future__ import annotations

import time
from typing import Any

from scheduler import Limits


def limits(seconds: float, **more: Any) -> Limits:
    """So many seconds of a core, on one thread: what is proven within them does not depend on who else is at work."""
    return Limits(seconds=seconds, workers=1, clock=time.process_time, **more)
