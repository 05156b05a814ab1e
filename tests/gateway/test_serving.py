"""`salon-hub serve` as a process: it comes up, goes down politely, and comes back with everything after it was killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import socketio

from hub.app import build
from hub.settings import Settings
from tests.drills.killing import free_port

UP_SECONDS = 90.0
DOWN_SECONDS = 60.0


class Process:
    """A hub in its own process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "hub", "serve", "--data", str(self.folder / "store"), "--port", str(self.port)]
        environment = {**os.environ, "SALON_HUB_SOLVER_THREADS": "0"}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        ends = time.monotonic() + UP_SECONDS
        while time.monotonic() < ends:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self, how: signal.Signals) -> int:
        assert self.running is not None
        self.running.send_signal(how)
        return self.running.wait(DOWN_SECONDS)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path)
    yield made
    if made.running is not None and made.running.poll() is None:
        made.running.kill()
        made.running.wait()


async def _open_store(folder: Path) -> str:
    hub = build(Settings(data=folder / "store", solver_threads=0))
    await hub.prepare()
    made = await hub.open_store(name_zh="青瓷", name_en="Celadon")
    await hub.door.close()
    await hub.database.close()
    return made


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_hub_goes_down_politely_while_screens_look(process: Process) -> None:
    asyncio.run(_open_store(process.folder))
    process.start()
    asyncio.run(_look_while(process))
    log = process.log.read_text()
    assert "Traceback" not in log, log
    assert "was never" not in log, log
    assert "shutdown exceeded" not in log, "nobody had to be waited for"
    said = [word for line in log.splitlines() for word in ("serving", "stopped") if f"] {word}" in line]
    assert said == ["serving", "stopped"]


async def _look_while(process: Process) -> None:
    """Three screens watch while the hub is told to stop."""
    clients = [socketio.AsyncClient(reconnection=False) for _ in range(3)]
    for client in clients:
        await client.connect(process.url, transports=["websocket"], headers={"Origin": process.url}, wait_timeout=20)
        assert (await client.call("watch", {"screen": "book"}, timeout=20))["ok"] is True
    code = await asyncio.to_thread(process.stop, signal.SIGTERM)
    assert code in (0, -signal.SIGTERM)
    for client in clients:
        await client.disconnect()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_hub_comes_back_with_everything(process: Process) -> None:
    store = asyncio.run(_open_store(process.folder))
    process.start()
    before = httpx.get(f"{process.url}/api/views/book", timeout=30).json()
    process.stop(signal.SIGKILL)
    process.start()
    after = httpx.get(f"{process.url}/api/views/book", timeout=30).json()
    assert after["epoch"] == before["epoch"]
    assert after["view"]["store"]["name"] == {"zh": "青瓷", "en": "Celadon"}
    assert store
    assert process.stop(signal.SIGTERM) in (0, -signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fresh_links_lead_to_where_the_hub_is_served(process: Process) -> None:
    asyncio.run(_open_store(process.folder))
    process.start()
    command = [sys.executable, "-m", "hub", "links", "--data", str(process.folder / "store")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    first = next(line.strip() for line in printed.splitlines() if "http" in line)
    assert first.startswith(f"{process.url}/l/")
    assert httpx.get(first, timeout=30).status_code == 303
    elsewhere = subprocess.run([*command, "--port", "1"], capture_output=True, text=True, check=True).stdout
    assert "http://127.0.0.1:1/l/" in elsewhere
