"""Which fields of which commands take what somebody types: found in the registry, so that a new one needs no mention here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.app import DOMAINS, SCREENS
from hub.backoffice.security.roles import GRANTS
from hub.kernel.access import ANYBODY
from hub.running import registry_of

Schema = Mapping[str, Any]

BOUND = ("pattern", "enum", "const", "format")
"""What makes a string something else than free text."""

HUBS_OWN = frozenset({"bookings.import", "security.verified"})
"""Permissions of no role under which the hub passes on what was typed elsewhere: another system's book, the sign-in page."""


def text_fields() -> dict[str, int | None]:
    """`command:path.to.field` → the most characters that it takes (None: no bound), for every field of free text of every
    command that a person, a device or another system's book may fill. `[]` stands for the items of a list, `*` for any name."""
    typed = {ANYBODY, *HUBS_OWN}.union(*(granted for role, granted in GRANTS.items() if role != "system"))
    found: dict[str, int | None] = {}
    for name, spec in sorted(registry_of(DOMAINS, SCREENS).specs.items()):
        if spec.permission in typed:
            schema = spec.model.model_json_schema()
            found |= {f"{name}:{path}": longest for path, longest in _leaves(schema, schema.get("$defs", {}), "")}
    return found


def _leaves(schema: Schema, known: Mapping[str, Schema], path: str) -> Iterator[tuple[str, int | None]]:
    if "$ref" in schema:
        yield from _leaves(known[schema["$ref"].rsplit("/", 1)[1]], known, path)
    for way in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(way, ()):
            yield from _leaves(each, known, path)
    if schema.get("type") == "object":
        for name, each in schema.get("properties", {}).items():
            yield from _leaves(each, known, f"{path}.{name}" if path else name)
        if isinstance(others := schema.get("additionalProperties"), dict):
            yield from _leaves(others, known, f"{path}.*")
    if schema.get("type") == "array" and "items" in schema:
        yield from _leaves(schema["items"], known, f"{path}[]")
    if schema.get("type") == "string" and not any(bound in schema for bound in BOUND):
        yield path, schema.get("maxLength")


def paths_of(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a command's data under the path that `text_fields` gives it, but for the names of open mappings."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from paths_of(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from paths_of(value, f"{path}[]")
    else:
        yield path, data


def is_field(path: str, field: str) -> bool:
    """Whether a leaf at `path` is what `field` stands for."""
    return re.fullmatch(re.escape(field).replace(r"\*", r"[^.\[]+"), path) is not None
