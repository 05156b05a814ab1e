"""The hub's own lines on standard error: for people's eyes, or as JSON for whoever collects them (`log_format`).

One event is one line, whatever is in it: control characters are written out, so that nobody who gets text into a line makes
it look like two.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog
from structlog.typing import Processor

LogFormat = Literal["text", "json"]

TRACE = "exception"
"""The one value of several lines, in text: where an error came from. In JSON it is a string like every other."""


def log_to_stderr(level: int = logging.INFO, form: LogFormat = "text") -> None:
    """Our own events from `level` on; the libraries' only when something is wrong."""
    before: list[Processor] = [structlog.processors.add_log_level, structlog.processors.TimeStamper("iso", utc=True)]
    # Never with local variables: they hold what people typed.
    ending: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            one_line,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *before, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Every text of the event with its control characters, line separators and marks of direction written out."""
    for name, value in event.items():
        if name != TRACE and isinstance(value, str):
            event[name] = written_out(value)
    return event


def written_out(text: str) -> str:
    return "".join(char if _is_tame(char) else char.encode("unicode_escape").decode() for char in text)


def _is_tame(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
