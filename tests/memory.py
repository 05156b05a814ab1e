"""Where tests keep their files: in memory, if there is room. Most of them sync a store some thirty times within a second."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, it is memory
_ROOM = 4 * 1024**3
"""Bytes that must be free there."""


def folder() -> Path | None:
    """A folder in memory, if there is one with room."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM and os.access(_MEMORY, os.W_OK) else None
    except OSError:
        return None


def move_in() -> None:
    """Let temporary files of this process and of those it starts lie there, unless TMPDIR says where they shall."""
    if "TMPDIR" not in os.environ and (found := folder()) is not None:
        os.environ["TMPDIR"] = tempfile.tempdir = str(found)
