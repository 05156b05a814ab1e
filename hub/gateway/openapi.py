"""The OpenAPI 3.1 document, generated from the registries of commands and screens: nothing in it is written twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from hub.gateway.incoming import COMMAND_ID
from hub.gateway.problems import (
    FOREIGN_ORIGIN,
    MALFORMED,
    MEDIA_TYPE,
    NO_STORE,
    NO_SUCH_PAGE,
    TOO_LARGE,
    UNEXPECTED,
    UNKNOWN_SCREEN,
    UNSUPPORTED_MEDIA,
    Problem,
)
from hub.gateway.screens import AnyScreen
from hub.kernel.access import ANYBODY
from hub.kernel.commands import CommandSpec
from hub.kernel.errors import (
    CONFLICT,
    FORBIDDEN,
    ID_REUSED,
    INVALID,
    NOT_FOUND,
    NOT_SIGNED_IN,
    READ_ONLY,
    TOO_MANY,
    UNAVAILABLE,
    UNKNOWN_COMMAND,
    ErrorKind,
    declared_errors,
)
from hub.kernel.events import Recorded
from hub.kernel.text import summary_of

VERSION = "0.1.0"
REF = "#/components/schemas/{model}"

ALWAYS = (INVALID, TOO_MANY, UNAVAILABLE, UNEXPECTED, NO_STORE)
OF_COMMANDS = (
    *ALWAYS, MALFORMED, FOREIGN_ORIGIN, TOO_LARGE, UNSUPPORTED_MEDIA, UNKNOWN_COMMAND, NOT_FOUND, ID_REUSED, CONFLICT, READ_ONLY
)  # fmt: skip
OF_SCREENS = (*ALWAYS, UNKNOWN_SCREEN, NOT_FOUND)
OF_ROUTES = (*ALWAYS, MALFORMED, FOREIGN_ORIGIN, TOO_LARGE, UNSUPPORTED_MEDIA, NOT_FOUND, ID_REUSED, READ_ONLY)
OF_THE_GUARDED = (NOT_SIGNED_IN, FORBIDDEN)

Json = dict[str, Any]


class Described(Protocol):
    """A route beside the commands and screens that tells what it takes and answers; those that lead to pages answer None."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def permission(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> type[BaseModel] | None: ...
    @property
    def answer(self) -> type[BaseModel] | None: ...
    @property
    def errors(self) -> tuple[ErrorKind, ...]: ...


def document(commands: Iterable[CommandSpec], screens: Iterable[AnyScreen], routes: Iterable[Any] = ()) -> Json:
    """The whole document as JSON values. Of `routes` those stand in it that are `Described` and answer with JSON."""
    specs, shown = sorted(commands, key=lambda s: s.name), sorted(screens, key=lambda s: s.name)
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization"), (Recorded, "serialization")]
    for spec in specs:
        wanted += [(spec.model, "validation"), (spec.answer, "serialization")]
    for screen in shown:
        wanted += [(screen.view, "serialization"), (screen.params, "validation")]
    told: list[Described] = [route for route in routes if getattr(route, "answer", None) is not None]
    for route in told:
        wanted += [(route.body, "validation")] if route.body is not None else []
        wanted += [(route.answer, "serialization")] if route.answer is not None else []
    refs, definitions = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF, schema_generator=_Schema)
    schemas = {**definitions.get("$defs", {}), **_error_schemas()}
    paths: Json = {f"/api/commands/{spec.name}": {"post": _command(spec, refs)} for spec in specs}
    paths |= {f"/api/views/{screen.name}": {"post" if screen.private else "get": _view(screen, refs)} for screen in shown}
    for route in told:
        paths.setdefault(route.path, {})[route.method.lower()] = _route(route, refs)
    paths |= _fixed_paths()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Salon Hub", "version": VERSION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "salon_hub"},
                "token": {"type": "http", "scheme": "bearer", "description": "A session's token, for programs."},
                "visit": {"type": "http", "scheme": "visit", "description": "A customer's signed visit link."},
            },
        },
    }


class _Schema(GenerateJsonSchema):
    """Says nothing of what pydantic cannot render as a default; the field is then simply optional."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - pydantic's own form


def _command(spec: CommandSpec, refs: Mapping[Any, Json]) -> Json:
    body = _object(
        {
            "id": {"type": "string", "pattern": COMMAND_ID, "description": "A UUID made before sending; a repeat is harmless."},
            "data": refs[(spec.model, "validation")],
        }
    )
    answer = _object(
        {
            "seq": {"type": "integer", "minimum": 0, "description": "The newest fact after the command."},
            "result": refs[(spec.answer, "serialization")],
            "repeated": {"type": "boolean", "description": "It had been done already, and nothing happened twice."},
        }
    )
    guarded = () if spec.permission == ANYBODY else OF_THE_GUARDED
    return {
        "operationId": spec.name,
        "tags": [spec.name.split(".")[0]],
        "summary": summary_of(spec.model) or spec.model.__name__,
        "x-permission": spec.permission,
        "security": _security(spec.permission),
        "parameters": [_requested_with(), _sent_as()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": _answered("Done, and durably so.", answer), **_refusals((*spec.errors, *OF_COMMANDS, *guarded))},
    }


def _view(screen: AnyScreen, refs: Mapping[Any, Json]) -> Json:
    shown = _object(
        {
            "screen": {"const": screen.name},
            "key": {"type": "string", "description": "Names this view in `view` and `beat` events."},
            "seq": {"type": "integer", "minimum": 0, "description": "The newest fact that the view holds."},
            "epoch": {"type": "string", "description": "Another one means that the numbers began anew."},
            "at": {"type": "string", "format": "date-time"},
            "view": refs[(screen.view, "serialization")],
        }
    )
    guarded = () if screen.permission == ANYBODY else OF_THE_GUARDED
    asked: Json = {"parameters": _query_parameters(screen.params)}
    if screen.private:
        content = {"application/json": {"schema": refs[(screen.params, "validation")]}}
        asked = {"parameters": [_requested_with()], "requestBody": {"required": True, "content": content}}
    return {
        "operationId": f"view.{screen.name}",
        "tags": ["views"],
        "summary": summary_of(screen.view) or screen.view.__name__,
        "x-permission": screen.permission,
        "security": _security(screen.permission),
        **asked,
        "responses": {"200": _answered("The whole view.", shown), **_refusals((*screen.errors, *OF_SCREENS, *guarded))},
    }


def _route(route: Described, refs: Mapping[Any, Json]) -> Json:
    guarded = () if route.permission == ANYBODY else OF_THE_GUARDED
    sent: Json = {}
    if route.body is not None:
        content = {"application/json": {"schema": refs[(route.body, "validation")]}}
        sent = {"requestBody": {"required": True, "content": content}}
    return {
        "operationId": f"{route.method.lower()}{route.path.replace('/', '.')}",
        "tags": ["entrance"],
        "summary": route.summary,
        "x-permission": route.permission,
        "security": _security(route.permission),
        "parameters": [_requested_with()],
        **sent,
        "responses": {
            "200": _answered("Done.", refs[(route.answer, "serialization")]),
            **_refusals((*route.errors, *OF_ROUTES, *guarded)),
        },
    }


def _query_parameters(params: type[BaseModel]) -> list[Json]:
    return [
        {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "schema": TypeAdapter(field.rebuild_annotation()).json_schema(ref_template=REF, schema_generator=_Schema),
        }
        for name, field in params.model_fields.items()
    ]


def _fixed_paths() -> Json:
    whole = {"type": "integer", "minimum": 0}
    events = _object({"events": {"type": "array", "items": _ref("Recorded")}, "seq": whole, "epoch": {"type": "string"}})
    parameters = [
        {"name": "since", "in": "query", "schema": {**whole, "default": 0}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 200}},
    ]
    return {
        "/api/events": {
            "get": {
                "operationId": "events",
                "summary": "The facts after `since`, oldest first.",
                "x-permission": "log.read",
                "security": _security("log.read"),
                "parameters": parameters,
                "responses": {"200": _answered("Facts.", events), **_refusals((*ALWAYS, *OF_THE_GUARDED))},
            }
        },
        "/api/texts/{store}/{version}": {
            "get": {
                "operationId": "texts",
                "summary": "What the store says in its own words: a Fluent file per language, where a view's head points.",
                "x-permission": ANYBODY,
                "security": [],
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in ("store", "version")
                ],
                "responses": {
                    "200": _answered("Its texts.", _object({"zh": {"type": "string"}, "en": {"type": "string"}})),
                    **_refusals((*ALWAYS, NO_SUCH_PAGE)),
                },
            }
        },
        "/api/openapi.json": {"get": _paper("openapi", "This document.", "application/json", {"type": "object"})},
        "/healthz": {"get": _paper("healthz", "Alive.", "application/json", _health(), (UNAVAILABLE,))},
        "/metrics": {"get": _paper("metrics", "Prometheus' text format.", "text/plain", {"type": "string"})},
    }


def _health() -> Json:
    """`cause`: why nothing can be written. `failing`: standing work that failed when last tried, and why, in a word each."""
    words: Json = {"type": "object", "additionalProperties": {"type": "string"}}
    properties = {"status": {"enum": ["ok", "read_only"]}, "cause": {"type": "string"}, "failing": words}
    return _object(properties) | {"required": ["status"]}


def _paper(operation: str, summary: str, media: str, schema: Json, errors: tuple[ErrorKind, ...] = ()) -> Json:
    return {
        "operationId": operation,
        "summary": summary,
        "x-permission": ANYBODY,
        "security": [],
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": schema}}},
            **_refusals((*errors, UNEXPECTED)),
        },
    }


def _error_schemas() -> Json:
    return {
        _error_name(kind): {
            "allOf": [_ref("Problem"), {"properties": {"code": {"const": kind.code}, "status": {"const": kind.status}}}]
        }
        for kind in sorted(declared_errors().values(), key=lambda k: k.code)
    }


def _refusals(kinds: Iterable[ErrorKind]) -> Json:
    """Responses by status, each with the codes that are possible there."""
    by_status: dict[int, list[ErrorKind]] = {}
    for kind in sorted(set(kinds), key=lambda k: (k.status, k.code)):
        by_status.setdefault(kind.status, []).append(kind)
    return {
        str(status): {
            "description": "Refused: " + ", ".join(kind.code for kind in found) + ".",
            "content": {MEDIA_TYPE: {"schema": _one_of([_ref(_error_name(kind)) for kind in found])}},
        }
        for status, found in by_status.items()
    }


def _one_of(schemas: list[Json]) -> Json:
    return schemas[0] if len(schemas) == 1 else {"oneOf": schemas}


def _answered(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _requested_with() -> Json:
    return {
        "name": "X-Requested-With",
        "in": "header",
        "required": True,
        "description": "Any value: no other site's form can set it. With a cookie the Origin must be the hub's own, too.",
        "schema": {"type": "string"},
        "example": "salon-hub",
    }


def _sent_as() -> Json:
    return {
        "name": "X-Salon-As",
        "in": "header",
        "required": False,
        "description": "The technician, account or device whose command it is; from anybody else it is refused.",
        "schema": {"type": "string"},
    }


def _security(permission: str) -> list[Json]:
    known: list[Json] = [{"session": []}, {"token": []}, {"visit": []}]
    return [{}, *known] if permission == ANYBODY else known


def _error_name(kind: ErrorKind) -> str:
    return "Refused" + "".join(part.capitalize() for part in kind.code.split("_"))


def _ref(name: str) -> Json:
    return {"$ref": REF.format(model=name)}
