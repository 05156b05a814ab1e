"""One backup as one file: an age file (age-encryption.org/v1) that holds a signed manifest and the store, compressed.

Inside, in this order: the line `salon-hub-backup 1`, the manifest's JSON in one line, its Ed25519 signature in base64 in one
line, then the store as an SQLite file in gzip form. `age -d -i KEY FILE` opens it without this program.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import os
import secrets
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from hub.backoffice.backups.keys import BackupKeys, blessing_of

FIRST_LINE = b"salon-hub-backup 1\n"
BITE = 1 << 20
GZIP = 31
LEVEL = 6


class UnfitBackupError(Exception):
    """A file that must not be restored. `code`: not_a_backup, damaged, wrong_key, foreign, forged, newer or unsound."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class StoreState(BaseModel):
    """Where a store's log stood."""

    model_config = ConfigDict(frozen=True)

    id: str
    epoch: str
    seq: int
    head: str


class Manifest(BaseModel):
    """What is in the backup, said and signed by the hub that made it."""

    model_config = ConfigDict(frozen=True)

    made_at: datetime
    release: str
    revision: str
    """The version of the tables."""
    engine: str
    size: int
    """Bytes of the SQLite file."""
    sha256: str
    rows: dict[str, int]
    """By table."""
    stores: list[StoreState]
    signed_by: str
    blessing: str


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(store: Path, manifest: Manifest, keys: BackupKeys, target: Path) -> None:
    """Write the sealed file and sync it; half a file never bears the target's name.

    Raises:
        OSError: the store cannot be read, or the file not be written.
    """
    said = manifest.model_dump_json().encode()
    signature = base64.b64encode(keys.signing_key.sign(said))
    recipients = [
        pyrage.x25519.Recipient.from_str(keys.recipient),
        pyrage.x25519.Identity.from_str(keys.drill).to_public(),
    ]
    half = target.with_name(f".{target.name}.{secrets.token_hex(4)}.half")  # two may be at the same second's
    try:
        with store.open("rb") as body, half.open("wb") as out:
            head = FIRST_LINE + said + b"\n" + signature + b"\n"
            pyrage.encrypt_io(_Compressing(head, body), out, recipients)
            out.flush()
            os.fsync(out.fileno())
        half.replace(target)
    except pyrage.EncryptError as error:  # what reading the store has raised, in words only
        raise OSError(errno.EIO, str(error)) from None
    finally:
        half.unlink(missing_ok=True)
    sync_folder(target.parent)


def unseal(sealed: Path, identity: str, scratch: Path, *, ours: BackupKeys | None = None) -> tuple[Manifest, Path]:
    """Open a backup into the folder `scratch`: its manifest, and the store's SQLite file, both found genuine.

    `ours`: the drill's way, who knows the signer; otherwise the signer must bear the blessing of the identity.

    Raises:
        UnfitBackupError: it is not whole, not ours, or not for this key.
        OSError: there is no room to open it.
    """
    plain = scratch / "plain"
    key = pyrage.x25519.Identity.from_str(identity)
    try:
        with sealed.open("rb") as file, plain.open("wb") as out:
            pyrage.decrypt_io(file, out, [key])
    except pyrage.DecryptError as error:
        raise UnfitBackupError("wrong_key" if "No matching keys" in str(error) else "not_a_backup") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise  # that says nothing of the backup
        raise UnfitBackupError("damaged" if error.errno is None else "unreadable", str(error)) from None
    with plain.open("rb") as file:
        manifest = _manifest(file, identity, ours)
        store = scratch / "hub.sqlite3"
        _unpack(file, store)
    plain.unlink()
    if store.stat().st_size != manifest.size or sha256_of(store) != manifest.sha256:
        raise UnfitBackupError("damaged", "the store is not what the manifest says")
    return manifest, store


def _manifest(file: BinaryIO, identity: str, ours: BackupKeys | None) -> Manifest:
    if file.readline(len(FIRST_LINE)) != FIRST_LINE:
        raise UnfitBackupError("not_a_backup")
    said, signature = file.readline().rstrip(b"\n"), file.readline()
    try:
        manifest = Manifest.model_validate_json(said)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest.signed_by)).verify(base64.b64decode(signature), said)
    except (ValidationError, ValueError):
        raise UnfitBackupError("not_a_backup", "no manifest") from None
    except InvalidSignature:
        raise UnfitBackupError("forged") from None
    known = manifest.signed_by == ours.signed_by if ours else manifest.blessing == blessing_of(identity, manifest.signed_by)
    if not known:
        raise UnfitBackupError("foreign")
    return manifest


def _unpack(file: BinaryIO, target: Path) -> None:
    inflate = zlib.decompressobj(GZIP)
    try:
        with target.open("wb") as out:
            while bite := file.read(BITE):
                out.write(inflate.decompress(bite))
            out.write(inflate.flush())
    except zlib.error as error:
        raise UnfitBackupError("damaged", str(error)) from None
    if not inflate.eof:
        raise UnfitBackupError("damaged", "the store ends too early")


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Compressing(io.RawIOBase):
    """Reads as the head followed by the body in gzip form."""

    def __init__(self, head: bytes, body: BinaryIO) -> None:
        self._ready = head
        self._body = body
        self._deflate: Any = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ready and self._deflate is not None:
            bite = self._body.read(BITE)
            if bite:
                self._ready = self._deflate.compress(bite)
            else:
                self._ready, self._deflate = self._deflate.flush(), None
        size = len(self._ready) if size < 0 else size
        given, self._ready = self._ready[:size], self._ready[size:]
        return given
