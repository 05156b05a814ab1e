"""The reference in `docs/reference.md`, written from what is declared, so that it is never behind."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Metric

from hub.app import DOMAINS, SCREENS
from hub.gateway.metrics import Metrics
from hub.kernel.errors import declared_errors
from hub.kernel.events import event_types
from hub.kernel.text import summary_of
from hub.running import registry_of
from hub.settings import PREFIX, Settings


def reference() -> str:
    """Commands, screens, routes, facts, refusals, metrics and settings, as Markdown."""
    registry = registry_of(DOMAINS, SCREENS)
    commands = sorted(registry.specs.values(), key=lambda spec: spec.name)
    parts = [
        "# Reference\n",
        "Written by `salon-hub reference --out docs/reference.md`; fields and answers are in `GET /api/openapi.json`.\n",
        "## Commands\n",
        '`POST /api/commands/{name}` with `{"id", "data"}`.\n',
        _table(
            ("command", "permission", "what it does", "refusals of its own"),
            ((f"`{s.name}`", f"`{s.permission}`", summary_of(s.model), _codes(e.code for e in s.errors)) for s in commands),
        ),
        "## Screens\n",
        "`GET /api/views/{screen}` with the parameters in the address, `POST` with them as a JSON body, or `watch` over the "
        "socket. Where they may name a person, `GET` is refused.\n",
        _table(
            ("screen", "permission", "parameters", "refreshed by time"),
            (
                (f"`{s.name}`", f"`{s.permission}`", _codes(s.params.model_fields), f"{s.refresh}" if s.refresh else "")
                for s in sorted(registry.screens, key=lambda screen: screen.name)
            ),
        ),
        "## Routes\n",
        _table(
            ("route", "permission", "why"),
            ((f"`{r.method} {r.path}`", f"`{r.permission}`", r.why) for r in registry.routes),
        ),
        "## Facts\n",
        _table(
            ("fact", "version", "fields"),
            (
                (f"`{name}`", str(event.version), _codes(event.model_fields))
                for name, event in sorted(event_types().items())
                if event.__module__.split(".")[0] in ("hub", "kiosk", "displays")
            ),
        ),
        "## Refusals\n",
        _table(
            ("code", "HTTP status"),
            ((f"`{kind.code}`", str(kind.status)) for kind in sorted(declared_errors().values(), key=lambda k: k.code)),
        ),
        "## Metrics\n",
        "`GET /metrics`, in Prometheus' text format. A process counts from its own start, what it does itself.\n",
        _table(
            ("metric", "type", "labels", "what it tells"),
            (
                (f"`{_sample(metric)}`", metric.type, _codes(label for label in labels), metric.documentation)
                for metric, labels in Metrics().described()
            ),
        ),
        "## Settings\n",
        "Arguments first, then these variables.\n",
        _table(
            ("variable", "default", "meaning"),
            (
                (f"`{PREFIX}{name.upper()}`", _default(field.default), field.description or "")
                for name, field in Settings.model_fields.items()
            ),
        ),
    ]
    return "\n".join(parts)


def _sample(metric: Metric) -> str:
    """The name under which a counter is asked for."""
    return f"{metric.name}_total" if metric.type == "counter" else str(metric.name)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def _default(value: object) -> str:
    """As a variable would give it; nothing for what is empty."""
    text = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"`{text}`" if text else ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
