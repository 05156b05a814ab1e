"""Signed anchors: where a store's log stood at a moment, in a file outside the database that only grows.

A line of `<folder>/<store id>.anchors` is canonical JSON (sorted keys): `n` (1, 2, …), `kind`, `store`, `epoch`, `seq`, `head`,
`at`, `previous` (SHA-256 of the line before), `key` (which key signed) and `sig`, Ed25519 (RFC 8032) over the line without it.
Kind `restored` says that the log was put back to `seq` from a copy and goes on under a new epoch.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Witness:
    """What the readable, signed and linked anchors of a file say, and what is wrong with the file."""

    anchored: dict[int, Anchored]
    """By row; what lies behind a restored copy is not among them."""
    epoch: str
    """Under which the log goes on; "" where nothing is anchored."""
    digests: dict[int, str]
    """SHA-256 of each line, by number."""
    finding: Finding | None

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
    ) -> Anchor:
        """Write the next anchor of a store and sync it; several processes may share the folder."""
        key = self._signing_key()
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._path(store_id)) as file:
            lines = _whole_lines(file.read())
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
            file.write(orjson.dumps(anchor.model_dump() | {"sig": signature}, option=orjson.OPT_SORT_KEYS) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return anchor

    def lines(self, store_id: str) -> list[bytes]:
        """The file as it is, one anchor a line."""
        path = self._path(store_id)
        return _whole_lines(path.read_bytes()) if path.exists() else []

    def stores(self) -> list[str]:
        """Stores that anchors are kept of."""
        return sorted(path.stem for path in self._folder.glob("*.anchors"))

    def public_key(self) -> Ed25519PublicKey:
        return self._signing_key().public_key()

    def _path(self, store_id: str) -> Path:
        return self._folder / f"{store_id}.anchors"

    def _signing_key(self) -> Ed25519PrivateKey:
        if self._key is None:
            self._key = _read_or_make(self._key_file)
        return self._key


def witness(lines: Sequence[bytes], store_id: str, key: Ed25519PublicKey) -> Witness:
    """Judge a store's anchors: every line readable, signed by this key, following the one before."""
    anchored: dict[int, Anchored] = {}
    digests: dict[int, str] = {}
    epoch, previous = "", ""
    for n, line in enumerate(lines, start=1):
        anchor = _opened(line, key)
        if isinstance(anchor, Finding):
            return Witness(anchored, epoch, digests, Finding(anchor.fault, anchor=n))
        if anchor.n != n or anchor.previous != previous:
            return Witness(anchored, epoch, digests, Finding("anchor_missing", anchor=n))
        if anchor.store != store_id:
            return Witness(anchored, epoch, digests, Finding("anchor_forged", anchor=n))
        if anchor.kind == "restored":
            anchored = {seq: one for seq, one in anchored.items() if seq <= anchor.seq}
            epoch = anchor.epoch
        elif epoch not in ("", anchor.epoch):
            return Witness(anchored, epoch, digests, Finding("epoch", anchor=n))
        epoch = anchor.epoch
        if anchor.seq:
            anchored[anchor.seq] = Anchored(n, anchor.head)
        previous = digests[n] = digest_of(line)
    return Witness(anchored, epoch, digests, None)


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


def _whole_lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, opened for reading and appending by one process at a time."""
    with path.open("a+b") as file:
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
