"""How the hub's own loops tell that something failed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError

from hub.kernel.errors import Refused
from hub.kernel.keyring import KeyFileError, WrongKeysError
from hub.kernel.writing import cause_of, is_read_only

AGAIN_SECONDS = 3600.0
"""What goes on failing in the same way is said once an hour: often enough to be found, too seldom to fill a disk."""

log = structlog.get_logger(__name__)


class StandstillError(RuntimeError):
    """Work that cannot go on before somebody has seen to something; the message is the sentence that says what. `code`: in
    one word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def complain(error: Exception, what: str, **about: str) -> None:
    """What can be said in a sentence in a line (a refusal, a disk or a file that fails, a key that is missing), anything else
    with where it came from; read-only has been said before."""
    if is_read_only(error):
        return
    if isinstance(error, Refused):
        log.warning(what, **about, code=error.kind.code, **{key: str(value) for key, value in error.params.items()})
    elif _is_plain(error):
        log.error(what, **about, cause=word_for(error), said=_sentence(error))
    else:
        log.error(what, **about, exc_info=error)


def word_for(error: BaseException) -> str:
    """What is the matter, in one word that says nothing of anybody: the cause as of read-only, a refusal's or standstill's
    code, else `error`."""
    if isinstance(error, StandstillError):
        return error.code
    if isinstance(error, Refused):
        return str(error.params.get("cause") or error.kind.code)
    if isinstance(error, KeyFileError | WrongKeysError):
        return "key_wrong"
    if isinstance(error, FileNotFoundError | NotADirectoryError | FileExistsError | IsADirectoryError):
        return "missing"
    return (cause_of(error) if _is_plain(error) else None) or "error"


def _is_plain(error: BaseException) -> bool:
    """Whether the error speaks of the machine rather than of a fault in the program."""
    if isinstance(error, StandstillError | KeyFileError | WrongKeysError):
        return True
    if isinstance(error, DBAPIError | sqlite3.Error):
        return cause_of(error) is not None
    return isinstance(error, OSError) and error.errno is not None


def _sentence(error: BaseException) -> str:
    """Without the statement and its values, which SQLAlchemy adds."""
    return str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]


@dataclass(slots=True)
class _Standing:
    word: str
    said: str
    since: float
    said_at: float


class Complaints:
    """The complaints of one loop: said when they begin, change, or have gone on for another hour; once when they are over."""

    def __init__(self) -> None:
        self._standing: dict[tuple[tuple[str, str], ...], _Standing] = {}

    def complain(self, error: Exception, what: str, **about: str) -> None:
        """`about` names the work: the same again is not said again."""
        if is_read_only(error):
            return
        now, key, said = monotonic(), _key(about), f"{type(error).__name__} {_sentence(error)}"
        before = self._standing.get(key)
        if before is not None and before.said == said and now - before.said_at < AGAIN_SECONDS:
            return
        self._standing[key] = _Standing(word_for(error), said, before.since if before else now, now)
        complain(error, what, **about)

    def over(self, what: str, **about: str) -> None:
        """It went well this time."""
        before = self._standing.pop(_key(about), None)
        if before is not None:
            log.warning(what, **about, cause=before.word, seconds=round(monotonic() - before.since))

    def forget(self, **about: str) -> None:
        """It is somebody else's work now."""
        self._standing.pop(_key(about), None)

    def standing(self) -> list[tuple[dict[str, str], str]]:
        """What fails at present: `about`, and what is the matter in one word."""
        return [(dict(key), complaint.word) for key, complaint in self._standing.items()]


def _key(about: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(about.items()))
