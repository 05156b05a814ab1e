"""Signed anchors: where a store's log stood at a moment, in a file outside the database that only grows.

A line of `<folder>/<store id>.anchors` is canonical JSON (sorted keys): `n` (1, 2, …), `kind`, `store`, `epoch`, `seq`, `head`,
`at`, `previous` (SHA-256 of the line before), `key` (which key signed) and `sig`, Ed25519 (RFC 8032) over the line without it.
Kind `restored` says that a copy of the log up to `seq` was put in place under a new epoch. It counts once that epoch goes on;
where the old one goes on instead, the copy was only tried.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from pydantic import BaseModel, ConfigDict, ValidationError

from hub.backoffice.audit.chain import Anchored, Finding
from hub.kernel.complaints import StandstillError
from hub.kernel.keyring import KeyFileError, write_first

HEAD_SHOWN = 16
"""Hexadecimal digits of the head on the printed line: 64 bits, which nobody can aim at."""

_SHORT_HEAD = re.compile(f"[0-9a-f]{{{HEAD_SHOWN}}}")


class Anchor(BaseModel):
    """One line of the file, without its signature."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: int
    kind: Literal["anchor", "restored"]
    store: str
    epoch: str
    seq: int
    head: str
    at: str
    previous: str
    key: str

    def canonical(self) -> bytes:
        return orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS)

    @property
    def short_line(self) -> str:
        """What is printed or sent away: number, row, beginning of the hash, time."""
        return f"{self.n} {self.seq} {self.head[:HEAD_SHOWN]} {self.at}"


def short_head(line: str) -> tuple[int, str]:
    """Row and beginning of its hash from a printed line. Raises ValueError where it is none."""
    parts = line.split()
    if len(parts) < 3 or not parts[1].isdecimal() or not _SHORT_HEAD.fullmatch(parts[2]):
        raise ValueError("a printed anchor is: number, row, beginning of its hash, time")
    return int(parts[1]), parts[2]


Anchors = dict[int, Anchored]
"""What is anchored of one log, by row."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What the readable, signed and linked anchors of a file say, and what is wrong with the file."""

    logs: list[Anchors]
    """What is anchored of the log that goes on. Of a copy that was put back they are several, where another log had been left
    for a copy before: only its rows tell of which of them it is one."""
    epoch: str
    """Under which the log goes on; "" where nothing is anchored."""
    digests: dict[int, str]
    """SHA-256 of each line, by number."""
    finding: Finding | None
    copies: dict[str, list[Anchors]] = field(default_factory=dict)
    """By epoch, the same of copies that were put in place since, none of which has gone on yet."""

    def of(self, epoch: str) -> list[Anchors] | None:
        """What is anchored of the log under this epoch; None where the anchors follow another one."""
        if epoch in self.copies:
            return self.copies[epoch]
        return self.logs if epoch == self.epoch or self.count == 0 else None

    @property
    def count(self) -> int:
        return len(self.digests)


class AnchorFolder:
    """The folder of anchors and the key that signs them, both outside the database."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        self._folder = folder
        self._key_file = key_file
        self._key: Ed25519PrivateKey | None = None

    def append(
        self,
        store_id: str,
        epoch: str,
        seq: int,
        head: str,
        at: datetime,
        kind: Literal["anchor", "restored"] = "anchor",
        *,
        made: int = 0,
    ) -> Anchor:
        """Write the next anchor of a store and sync it; several processes may share the folder. `made`: how many the
        database knows of, under this key.

        Raises:
            StandstillError: what lies there cannot be gone on with: `anchors_lost`, `key_missing` or `other_copy`.
            OSError: it could not be written; a half-written line is taken away by the next one.
        """
        key, path = self._signing_key(), self._path(store_id)
        if made and not path.exists():
            raise _lost(path, made, 0)  # an empty folder, as where a disk is not mounted, is not filled anew
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(path) as file:
            lines = _whole_lines(file.read())
            if len(lines) < made:
                raise _lost(path, made, len(lines))
            self._refuse_foreign(lines, path, key_id(key.public_key()), epoch if kind == "anchor" else None)
            file.truncate(sum(len(line) + 1 for line in lines))  # half a line of a power cut, which nobody relies on
            last = lines[-1] if lines else b""
            anchor = Anchor(
                n=len(lines) + 1,
                kind=kind,
                store=store_id,
                epoch=epoch,
                seq=seq,
                head=head,
                at=at.isoformat(timespec="seconds"),
                previous=digest_of(last) if last else "",
                key=key_id(key.public_key()),
            )
            signature = base64.b64encode(key.sign(anchor.canonical())).decode()
            _write_all(file, orjson.dumps(anchor.model_dump() | {"sig": signature}, option=orjson.OPT_SORT_KEYS) + b"\n")
            os.fsync(file.fileno())
        return anchor

    def _refuse_foreign(self, lines: Sequence[bytes], path: Path, key: str, epoch: str | None) -> None:
        """Raises StandstillError where the last line is another key's, or the log of another epoch is what goes on there."""
        for line in reversed(lines):
            told = _told(line)
            if told and told.get("key") != key:
                raise self._without_key(path)
            if epoch in (None, told.get("epoch")):
                return
            if told.get("kind") == "anchor":
                raise StandstillError(
                    "other_copy", f"{path} follows another copy of this store; give each copy a data directory of its own"
                )

    def _without_key(self, path: Path) -> StandstillError:
        return StandstillError(
            "key_missing",
            f"{path} was signed with another key than {self._key_file}: put that key back, or move the anchors away as well"
            " to begin a new row of them",
        )

    def lines(self, store_id: str) -> list[bytes]:
        """The file as it is, one anchor a line."""
        path = self._path(store_id)
        return _whole_lines(path.read_bytes()) if path.exists() else []

    def farthest(self, store_id: str) -> int:
        """The last row that any line names, proved or not; 0 where none does."""
        found = 0
        for line in self.lines(store_id):
            with suppress(ValueError, KeyError, TypeError):
                found = max(found, int(orjson.loads(line)["seq"]))
        return found

    def stores(self) -> list[str]:
        """Stores that anchors are kept of."""
        return sorted(path.stem for path in self._folder.glob("*.anchors"))

    def public_key(self) -> Ed25519PublicKey:
        """Raises KeyFileError where the file holds no key, StandstillError where it is missing beside anchors."""
        return self._signing_key().public_key()

    def has_key(self) -> bool:
        return self._key_file.exists()

    def _path(self, store_id: str) -> Path:
        return self._folder / f"{store_id}.anchors"

    def _signing_key(self) -> Ed25519PrivateKey:
        if self._key is None:
            # In this order: a neighbour who begins now makes the key before it writes its first anchor.
            if (stores := [store for store in self.stores() if self.lines(store)]) and not self.has_key():
                raise self._without_key(self._path(stores[0]))
            self._key = _read_or_make(self._key_file)
        return self._key


def witness(lines: Sequence[bytes], store_id: str, key: Ed25519PublicKey) -> Witness:
    """Judge a store's anchors: every line readable, signed by this key, following the one before."""
    logs: list[Anchors] = [{}]
    left: list[Anchors] = []
    digests: dict[int, str] = {}
    copies: dict[str, list[Anchors]] = {}
    epoch, previous = "", ""

    def seen(finding: Finding | None) -> Witness:
        return Witness(logs, epoch, digests, finding, copies)

    for n, line in enumerate(lines, start=1):
        anchor = _opened(line, key)
        if isinstance(anchor, Finding):
            return seen(Finding(anchor.fault, anchor=n))
        if anchor.n != n or anchor.previous != previous:
            return seen(Finding("anchor_missing", anchor=n))
        if anchor.store != store_id:
            return seen(Finding("anchor_forged", anchor=n))
        if anchor.kind == "restored":
            known = [*(log for copy in copies.values() for log in copy), *logs, *left]  # it may be a copy of a copy
            copies[anchor.epoch] = _copied(known, Anchored(n, anchor.head), anchor.seq)
        else:
            if anchor.epoch in copies:
                left, logs = [*left, *logs], copies[anchor.epoch]
            elif epoch not in ("", anchor.epoch):
                return seen(Finding("epoch", anchor=n))
            epoch, copies = anchor.epoch, {}
            if anchor.seq:
                for log in logs:
                    # The first word on a row holds: one that differs is what a rewritten log has been given since.
                    log.setdefault(anchor.seq, Anchored(n, anchor.head))
        previous = digests[n] = digest_of(line)
    return seen(None)


def _copied(logs: Sequence[Anchors], head: Anchored, until: int) -> list[Anchors]:
    """What is anchored of a copy of one of these logs up to a row, for each that it may be one of."""
    found: list[Anchors] = []
    for log in logs:
        copy = {seq: one for seq, one in log.items() if seq <= until}
        if until:
            copy.setdefault(until, head)
        if copy not in found:
            found.append(copy)
    return found


def digest_of(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def public_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_from_pem(text: bytes) -> Ed25519PublicKey:
    """Raises KeyFileError where it is no Ed25519 key."""
    try:
        key = load_pem_public_key(text)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError("that is no key of anchors: a public key in PEM (Ed25519)")
    return key


def _lost(path: Path, made: int, there: int) -> StandstillError:
    return StandstillError(
        "anchors_lost",
        f"{made} anchors were made and {path} holds {there}: is its disk there? Put the file back; where there is no copy, move"
        " it and the key of anchors away together, and a new row of them begins",
    )


def _told(line: bytes) -> dict[str, object]:
    """A line's own words, unproven; none where it cannot be read."""
    try:
        values = orjson.loads(line)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _opened(line: bytes, key: Ed25519PublicKey) -> Anchor | Finding:
    try:
        values = orjson.loads(line)
        signature = base64.b64decode(values.pop("sig"), validate=True)
        anchor = Anchor.model_validate(values)
    except (ValueError, KeyError, AttributeError, TypeError, ValidationError):
        return Finding("anchor_unreadable")
    try:
        key.verify(signature, anchor.canonical())
    except InvalidSignature:
        return Finding("anchor_forged")
    return anchor


def _write_all(file: IO[bytes], content: bytes) -> None:
    """A disk that is nearly full takes a part and says nothing; it is the rest that it refuses."""
    while content:
        content = content[file.write(content) :]


def _whole_lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, opened for reading and appending by one process at a time. Unbuffered: what did not fit is not tried again
    when the file is closed."""
    with path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file


def _read_or_make(path: Path) -> Ed25519PrivateKey:
    """The signing key; made on first use, mode 0600. Raises KeyFileError where the file holds something else."""
    if not path.exists():
        write_first(path, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"no key that signs anchors (Ed25519, PEM) in {path}")
    return key
