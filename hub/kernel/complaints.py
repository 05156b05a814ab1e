"""How the hub's own loops tell that something failed."""

from __future__ import annotations

import structlog

from hub.kernel.errors import Refused
from hub.kernel.writing import is_read_only

log = structlog.get_logger(__name__)


def complain(error: Exception, what: str, **about: str) -> None:
    """A refusal (the database is away) in a line, anything else with where it came from; read-only has been said before."""
    if is_read_only(error):
        return
    if isinstance(error, Refused):
        log.warning(what, **about, code=error.kind.code, **{key: str(value) for key, value in error.params.items()})
    else:
        log.error(what, **about, exc_info=error)
