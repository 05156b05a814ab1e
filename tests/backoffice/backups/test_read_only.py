"""What everybody is told while nothing can be written."""

from __future__ import annotations

import errno
from datetime import timedelta

import httpx
import pytest

from hub.app import Hub
from hub.gateway import sockets
from hub.kernel.jobs import Job
from tests.conftest import on_duty
from tests.gateway.conftest import served

COMMAND = {"id": "0" * 32, "data": {"services": [{"service_id": "0" * 32}], "start": "2026-05-14T03:00:00Z"}}


@pytest.fixture
def full(hub: Hub) -> None:
    """The disk has just been found full, and nobody tries it again."""
    hub.database.writing.cause = "disk_full"


async def test_a_command_is_refused_with_the_cause_in_both_languages(http: httpx.AsyncClient, full: None) -> None:
    said = {}
    for language in ("en", "zh"):
        answer = await http.post("/api/commands/bookings.hold_slot", json=COMMAND, headers={"Accept-Language": language})
        assert answer.status_code == 503, answer.text
        assert (answer.json()["code"], answer.json()["params"]) == ("read_only", {"cause": "disk_full"})
        said[language] = answer.json()["detail"]
    assert said["en"].startswith("The hub's disk is full")
    assert said["zh"].startswith("系统主机的磁盘满了")


async def test_views_go_on_and_health_and_metrics_tell(http: httpx.AsyncClient, hub: Hub) -> None:
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    assert "salon_hub_read_only 0.0" in (await http.get("/metrics")).text
    hub.database.writing.cause = "locked"
    assert (await http.get("/api/views/home")).status_code == 200
    health = await http.get("/healthz")
    assert (health.status_code, health.json()) == (200, {"status": "read_only", "cause": "locked"})
    assert "salon_hub_read_only 1.0" in (await http.get("/metrics")).text


@pytest.mark.jobs
async def test_health_and_metrics_tell_what_standing_work_fails(http: httpx.AsyncClient, hub: Hub) -> None:
    await on_duty(hub)

    async def work(_store_id: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    assert "salon_hub_jobs_failing 0.0" in (await http.get("/metrics")).text
    await hub.jobs.run_once(Job("audit anchor", timedelta(minutes=1), work))
    assert (await http.get("/healthz")).json() == {"status": "ok", "failing": {"audit anchor": "protected"}}
    assert "salon_hub_jobs_failing 1.0" in (await http.get("/metrics")).text


async def test_the_heartbeat_carries_the_cause_and_its_end(hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store
    monkeypatch.setattr(sockets, "ROUND_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "BEAT_SECONDS", 0.1)
    async with served(hub) as running:
        page = await running.page()
        await page.watch("home")
        for cause in (None, "disk_full", None):
            hub.database.writing.cause = cause
            page.told.clear()
            # The first beat may have been on its way already.
            await page.until(lambda cause=cause: any(beat["read_only"] == cause for beat in page.of("beat")))
