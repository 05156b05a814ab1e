"""The documented nginx in front of two hubs: nobody notices that one dies or is restarted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.certificates import self_signed
from tests.drills import proxying
from tests.drills.killing import free_port, furnish, running
from tests.drills.proxying import Outside, adapted, behind_nginx, documented, nginx, signed_in, unverified
from tests.postgres import running as postgresql

pytestmark = [
    pytest.mark.drill,
    pytest.mark.slow,
    pytest.mark.skipif(proxying.missing() is not None, reason=str(proxying.missing())),
]


@pytest.fixture
def database() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return self_signed(tmp_path)


@pytest.mark.timeout(400)
async def test_one_is_killed_and_both_are_restarted_in_turn(
    tmp_path: Path, database: str, certificate: tuple[Path, Path]
) -> None:
    passed = await behind_nginx(tmp_path, database, certificate)
    report = passed.report
    assert report.sent > 0
    assert (report.lost, report.doubled, report.gaps, passed.again) == (0, 0, 0, 0)
    assert passed.connects >= 2  # the screen's own hub was among those that went


@pytest.mark.timeout(300)
async def test_what_the_proxy_answers_itself(tmp_path: Path, database: str, certificate: tuple[Path, Path]) -> None:
    outside, ports = Outside(free_port(), free_port()), [free_port(), free_port()]
    link = await furnish(tmp_path / "store", database)
    server = adapted(documented(), outside, ports, certificate)
    hub = running(tmp_path / "store", ports[1], database_url=database, public_origins=outside.address)
    async with hub, nginx(tmp_path / "nginx", server), httpx.AsyncClient(verify=unverified(), timeout=30) as client:
        client.base_url = httpx.URL(outside.address)
        await signed_in(client, link)
        assert {cookie.secure for cookie in client.cookies.jar} == {True}
        page = await client.get("/desk")
        assert page.status_code == 200
        assert "max-age" in page.headers["strict-transport-security"]
        assert (await client.get("/metrics")).status_code == 404
        plain = await client.get(f"http://127.0.0.1:{outside.http}/desk")
        assert (plain.status_code, plain.headers["location"]) == (301, "https://127.0.0.1/desk")


async def test_without_a_second_hub_somebody_notices(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """The drill's own twin: with nobody to take over, the proxy can only say so."""
    outside, ports = Outside(free_port(), free_port()), [free_port(), free_port()]
    server = nginx(tmp_path / "nginx", adapted(documented(), outside, ports, certificate))
    async with server, httpx.AsyncClient(base_url=outside.address, verify=unverified(), timeout=30) as client:
        await signed_in(client, "/desk")
        assert (await client.get("/desk")).status_code == 502
