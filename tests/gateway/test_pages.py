"""The built front end as it is served."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hub.app import Hub
from hub.settings import Settings
from tests.conftest import ORIGIN

SCRIPT = "export const x = 1;\n" * 200


@pytest.fixture
def built(settings: Settings) -> Path:
    """A front end as the build leaves it."""
    root = Path(settings.front_end or "")
    for page in ("home", "desk", "visit"):
        (root / page).mkdir(parents=True)
        (root / page / "index.html").write_text(f"<!doctype html><title>{page}</title>")
    (root / "assets").mkdir()
    (root / "assets" / "desk-abc123.js").write_text(SCRIPT)
    (root / "assets" / "reader.wasm").write_bytes(b"\0asm")
    (root / ".vite").mkdir()
    (root / ".vite" / "manifest.json").write_text("{}")
    (root.parent / "secret.txt").write_text("secret")
    return root


@pytest.fixture
async def pages(hub: Hub, built: Path) -> AsyncIterator[httpx.AsyncClient]:
    assert built.is_dir()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", "home"), ("/desk", "desk"), ("/desk/", "desk"), ("/v/some-token", "visit"), ("/desk?lang=en", "desk")],
)
async def test_address_leads_to_its_page(pages: httpx.AsyncClient, path: str, page: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 200
    assert f"<title>{page}</title>" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_hashed_asset_is_kept_for_ever_and_compressed(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/assets/desk-abc123.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    plain = await pages.get("/assets/desk-abc123.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == SCRIPT
    assert "content-encoding" not in plain.headers
    assert int(answer.headers["content-length"]) < len(gzip.compress(SCRIPT.encode())) + 64


async def test_page_that_is_known_is_not_sent_again(pages: httpx.AsyncClient) -> None:
    tag = (await pages.get("/desk")).headers["etag"]
    again = await pages.get("/desk", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_new_build_is_served_without_a_restart(pages: httpx.AsyncClient, built: Path) -> None:
    await pages.get("/desk")
    (built / "desk" / "index.html").write_text("<!doctype html><title>newer</title>")
    assert "newer" in (await pages.get("/desk")).text


async def test_wasm_has_the_type_that_browsers_ask_for(pages: httpx.AsyncClient) -> None:
    assert (await pages.get("/assets/reader.wasm")).headers["content-type"] == "application/wasm"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/..%2fsecret.txt",
        "/.vite/manifest.json",
        "/assets/",
        "/%00",
    ],
)
async def test_nothing_beside_the_build_is_served(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_unknown_address_has_a_page_for_people(pages: httpx.AsyncClient) -> None:
    english = await pages.get("/nowhere", headers={"Accept-Language": "en"})
    chinese = await pages.get("/nowhere", headers={"Accept-Language": "zh"})
    assert english.status_code == chinese.status_code == 404
    assert "Nothing here" in english.text
    assert "这里什么也没有" in chinese.text
    assert "<script" not in english.text
    assert '<link rel="stylesheet" href="/missing.css">' in english.text


def test_the_page_of_an_unknown_address_is_dressed() -> None:
    public = Path(__file__).parents[2] / "static" / "public"
    assert "main" in (public / "missing.css").read_text()
    assert (public / "favicon.svg").is_file()


async def test_hub_without_a_front_end_says_how_to_build_it(hub: Hub) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN) as client:
        answer = await client.get("/desk", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "make build" in answer.text
