"""The document is valid, complete and true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from hub.app import Hub, build, described
from hub.backoffice.security.routes import route_specs
from hub.gateway.openapi import document
from hub.kernel.clock import ManualClock
from hub.kernel.errors import declared_errors
from hub.settings import Settings
from tests.gateway.conftest import command


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The product's own document."""
    return described()


@pytest.fixture
async def product(settings: Settings, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger at a whole hub."""
    made = build(settings, clock=clock)
    await made.start()
    await made.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    headers = {"Origin": "http://hub.test", "X-Requested-With": "salon-hub"}
    transport = httpx.ASGITransport(made.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers) as client:
        yield client
    await made.close()


def test_product_document_is_valid(whole: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(whole).validate()


def test_every_command_and_screen_has_its_path(hub: Hub) -> None:
    written = document(hub.registry.specs.values(), hub.registry.screens)
    OpenAPIV31SpecValidator(written).validate()
    assert {f"/api/commands/{name}" for name in hub.registry.specs} <= set(written["paths"])
    assert {f"/api/views/{screen.name}" for screen in hub.registry.screens} <= set(written["paths"])


def test_every_operation_tells_its_answers_errors_and_permission(whole: dict[str, Any]) -> None:
    names = set()
    for path, item in whole["paths"].items():
        for operation in item.values():
            names.add(operation["operationId"])
            assert "200" in operation["responses"], path
            assert "500" in operation["responses"], path
            assert operation["x-permission"], path
            if operation["x-permission"] != "anybody":
                assert {"401", "403"} <= set(operation["responses"]), path
    assert len(names) == sum(len(item) for item in whole["paths"].values())


def test_every_declared_error_is_a_schema(whole: dict[str, Any]) -> None:
    told = {s["allOf"][1]["properties"]["code"]["const"] for n, s in whole["components"]["schemas"].items() if "allOf" in s}
    assert {code for code, kind in declared_errors().items() if kind} <= told | {"unused"}


def test_errors_of_a_command_are_told_by_status(hub: Hub) -> None:
    written = document(hub.registry.specs.values(), hub.registry.screens)
    responses = written["paths"]["/api/commands/board.order"]["post"]["responses"]
    assert "not_signed_in" in responses["401"]["description"]
    assert "invalid" in responses["422"]["description"]
    assert "401" not in written["paths"]["/api/commands/board.pin"]["post"]["responses"]


@pytest.mark.parametrize(
    ("method", "path", "template", "body"),
    [
        ("post", "/api/commands/board.pin", None, {"text": "x"}),
        ("post", "/api/commands/board.pin", None, {}),
        ("post", "/api/commands/board.order", None, {}),
        ("post", "/api/commands/board.refuse", None, {}),
        ("get", "/api/views/board?board=x", "/api/views/board", None),
        ("get", "/api/views/minute", None, None),
        ("get", "/api/events", None, None),
        ("get", "/healthz", None, None),
    ],
)
async def test_real_answer_fits_the_document(
    http: httpx.AsyncClient, method: str, path: str, template: str | None, body: dict[str, Any] | None
) -> None:
    written = (await http.get("/api/openapi.json")).json()
    operation = written["paths"][template or path][method]
    answer = await http.request(method, path, json=None if body is None else command(**body))
    (media,) = operation["responses"][str(answer.status_code)]["content"].values()
    schema = {**media["schema"], "components": written["components"]}
    jsonschema.validate(answer.json(), schema, cls=jsonschema.Draft202012Validator)
    if body:
        sent = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(command(**body), {**sent, "components": written["components"]}, cls=jsonschema.Draft202012Validator)


def test_the_entrance_is_told_with_bodies_answers_and_errors(whole: dict[str, Any]) -> None:
    """Every address of identity that answers with JSON; the one that opens links leads to a page."""
    routes = {spec.path for spec in route_specs if spec.answer is not None}
    assert {spec.path for spec in route_specs} - routes == {"/l/{token}"}
    for path in routes:
        (operation,) = whole["paths"][path].values()
        assert operation["tags"] == ["entrance"]
        assert ("requestBody" in operation) == (path != "/api/sign-out")
        assert {"200", "403", "422", "429", "503"} <= set(operation["responses"]), path
    assert "wrong_credentials" in whole["paths"]["/api/sign-in"]["post"]["responses"]["401"]["description"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/sign-in", {"login": "nobody", "password": "x"}, 401),
        ("/api/sign-in", {"login": ""}, 422),
        ("/api/sign-in/second-factor", {"step": "0" * 32, "code": "000000"}, 401),
        ("/api/sign-in/passkey", {}, 422),
        ("/api/sign-in/passkey/finish", {"credential": {}}, 401),
        ("/api/sign-in/forgotten", {"login": "nobody"}, 503),
        ("/api/my-visits/code", {"phone": "x"}, 503),
        ("/api/my-visits/enter", {"token": "0" * 32, "code": "000000"}, 401),
        ("/api/pair", {"code": "00000000"}, 401),
        ("/api/technician-sign-in", {"technician_id": "0" * 32, "pin": "1234"}, 401),
        ("/api/change-password", {"present": "x", "password": "y"}, 401),
        ("/api/sign-out", {}, 200),
    ],
)
async def test_real_answers_of_the_entrance_fit_the_document(
    product: httpx.AsyncClient, whole: dict[str, Any], path: str, body: dict[str, Any], status: int
) -> None:
    answer = await product.post(path, json=body)
    assert answer.status_code == status, answer.text
    (media,) = whole["paths"][path]["post"]["responses"][str(status)]["content"].values()
    schema = {**media["schema"], "components": whole["components"]}
    jsonschema.validate(answer.json(), schema, cls=jsonschema.Draft202012Validator)
