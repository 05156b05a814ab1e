"""The keyring: all keys of an installation, in one file outside the database, sealed under the master key.

A generation is a set of keys: a tree of keys for the owners of data, one for what belongs to the installation, one for blind
indexes, one for signatures. Rotating adds a generation; older ones stay for reading, so that backups open and links live, until
they are dropped. What is forgotten of a generation's tree is gone from this file and can be derived from nothing else.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.key_tree import KeyTree

KEY_BYTES = 32
NONCE_BYTES = 12
GENERATION_BYTES = 4
_SEALED_AS = b"salon-hub keyring 1"


class KeyFileError(ValueError):
    """A file or variable that should hold a key holds something else; the message says which, never what."""


class WrongKeysError(RuntimeError):
    """The keyring does not open under this master key, or lacks the keys that the database was written with."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Keys that are made and retired together. `id` is eight hexadecimal digits, drawn from the keys themselves."""

    root: bytes
    tree: KeyTree

    @classmethod
    def fresh(cls) -> Generation:
        return cls(os.urandom(KEY_BYTES), KeyTree.fresh())

    @property
    def id(self) -> str:
        return hashlib.sha256(b"salon-hub/generation" + self.root).hexdigest()[: 2 * GENERATION_BYTES]


@dataclass(frozen=True, slots=True)
class Keyring:
    """Generations, oldest first. `current` seals; all of them open. `steady` never changes: hashes of short-lived secrets."""

    steady: bytes
    generations: tuple[Generation, ...]
    current: str

    @classmethod
    def fresh(cls) -> Keyring:
        first = Generation.fresh()
        return cls(os.urandom(KEY_BYTES), (first,), first.id)

    @classmethod
    def of(cls, secret: bytes) -> Keyring:
        """A keyring drawn from one secret, for programs that keep no file."""
        seeds = [hashlib.blake2b(bytes([n]), key=secret, digest_size=KEY_BYTES).digest() for n in range(3)]
        first = Generation(seeds[0], KeyTree({"": seeds[1]}))
        return cls(seeds[2], (first,), first.id)

    def generation(self, generation_id: str) -> Generation | None:
        return next((g for g in self.generations if g.id == generation_id), None)

    def with_new_generation(self) -> Keyring:
        """One more to read and search with; it is not sealed with before `turned_to` says so."""
        return replace(self, generations=(*self.generations, Generation.fresh()))

    def turned_to(self, generation_id: str) -> Keyring:
        if self.generation(generation_id) is None:
            raise KeyError(generation_id)
        return replace(self, current=generation_id)

    def without_generation(self, generation_id: str) -> Keyring:
        if generation_id == self.current:
            raise ValueError("the current keys cannot be dropped")
        return replace(self, generations=tuple(g for g in self.generations if g.id != generation_id))

    def without_owner(self, owner: str) -> Keyring:
        """The owner's key is gone from every generation."""
        return replace(self, generations=tuple(replace(g, tree=g.tree.without(owner)) for g in self.generations))

    def has(self, owner: str) -> bool:
        """Whether the owner's keys can still be derived."""
        return all(g.tree.covers(owner) for g in self.generations)

    @property
    def has_forgotten(self) -> bool:
        """Whether anybody was ever forgotten."""
        return any(set(g.tree.seeds) != {""} for g in self.generations)

    def to_bytes(self) -> bytes:
        generations = [
            {"root": _text(g.root), "seeds": {p: _text(s) for p, s in g.tree.seeds.items()}} for g in self.generations
        ]
        return orjson.dumps({"steady": _text(self.steady), "current": self.current, "generations": generations})

    @classmethod
    def from_bytes(cls, body: bytes) -> Keyring:
        read: dict[str, Any] = orjson.loads(body)
        generations = tuple(
            Generation(_bytes(g["root"]), KeyTree({prefix: _bytes(seed) for prefix, seed in g["seeds"].items()}))
            for g in read["generations"]
        )
        return cls(_bytes(read["steady"]), generations, read["current"])


class KeyringFile:
    """The file, read again when another process has written it. All writing is one process at a time, whole or not at all."""

    def __init__(self, path: Path, masters: Callable[[], tuple[bytes, ...]]) -> None:
        """`masters`: the keys that may open the file, the one to seal it under first."""
        self._path = path
        self._masters = masters
        self._signature: tuple[int, int, int] | None = None
        self._ring: Keyring | None = None

    def ring(self) -> Keyring:
        """What the file says now; a file that is not there is made.

        Raises:
            WrongKeysError: it opens under none of the master keys.
        """
        signature = self._present()
        if signature is None:
            return self._first()
        if self._ring is None or signature != self._signature:
            self._ring, self._signature = self._read(), signature
        return self._ring

    def edit(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        """Read, change and write under the file's lock; what was there before is overwritten once and unlinked."""
        with self._locked():
            self._signature = None
            changed = change(self.ring())
            self._write(changed)
        return self.ring()

    def _first(self) -> Keyring:
        with self._locked():
            if self._present() is None:
                self._write(Keyring.fresh())
        return self.ring()

    def _present(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> Keyring:
        sealed = self._path.read_bytes()
        for master in self._masters():
            try:
                return Keyring.from_bytes(_sealer(master).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _SEALED_AS))
            except InvalidTag:
                continue
        raise WrongKeysError(f"{self._path} does not open under this master key")

    def _write(self, ring: Keyring) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + _sealer(self._masters()[0]).encrypt(nonce, ring.to_bytes(), _SEALED_AS)
        write_secret(self._path, sealed)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_name(f"{self._path.name}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class KeyringInMemory:
    """A keyring that ends with its process."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def ring(self) -> Keyring:
        return self._ring

    def edit(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        self._ring = change(self._ring)
        return self._ring


def write_first(path: Path, body: bytes) -> None:
    """Put a secret in place whole, for its owner only, unless another process was first; nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(half, os.O_EXCL, body, like=path.parent)
    try:
        os.link(half, path)
    except FileExistsError:
        pass
    finally:
        half.unlink()


def write_secret(path: Path, body: bytes) -> None:
    """Put a file in place whole, for its owner only, and wipe what it replaces. On flash the wiping may leave traces."""
    half = path.with_name(f"{path.name}.{os.getpid()}.half")
    _write(half, os.O_TRUNC, body, like=path if path.exists() else path.parent)
    before = path.open("r+b") if path.exists() else None
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    if before is not None:
        with before:
            size = os.fstat(before.fileno()).st_size
            before.write(os.urandom(size))
            before.flush()
            os.fsync(before.fileno())


def _write(path: Path, how: int, body: bytes, like: Path) -> None:
    """For the owner only, and synced. What root writes belongs to whoever owns the file or folder `like`: the hub must read its
    keys after root's commands, too."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    if os.geteuid() == 0:
        found = like.stat()
        os.fchown(descriptor, found.st_uid, found.st_gid)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sealer(master: bytes) -> AESGCM:
    return AESGCM(hashlib.blake2b(b"keyring", key=master, digest_size=KEY_BYTES).digest())


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
