"""The document is valid, complete and true."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from hub.app import Hub, described
from hub.gateway.openapi import document
from hub.kernel.errors import declared_errors
from tests.gateway.conftest import command


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The product's own document."""
    return described()


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
