"""What drills begin with, made once for all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.drills.demo_day import prepare_demo
from tests.once import made_once


@pytest.fixture(scope="session")
def demo_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo salon with its day, to be copied: it takes ten seconds of a core to make."""
    return made_once(tmp_path_factory, "demo-day", lambda folder: asyncio.run(prepare_demo(folder)))
