"""Personal values at rest: AES-256-GCM under a data key per owner, wrapped by a key of the keyring that is not in the database.

Forgetting an owner in the keyring makes every copy of their values unreadable, backups included: a backup holds wrapped keys
and no keyring. A keyed blind index (HMAC-SHA-256) finds equal values without reading them. NIST SP 800-38D: 96-bit random
nonces, one key well below 2^32 uses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.keyring import (
    GENERATION_BYTES,
    KEY_BYTES,
    NONCE_BYTES,
    Generation,
    KeyFileError,
    Keyring,
    KeyringFile,
    KeyringInMemory,
    write_first,
)
from hub.kernel.keyring import write_secret as _write_secret

REMEMBERED_MAX = 10_000
"""Opened data keys that are remembered; each takes a few hundred bytes."""


class KeyStore(Protocol):
    """Where the keyring lies."""

    def ring(self) -> Keyring: ...

    def edit(self, change: Callable[[Keyring], Keyring]) -> Keyring: ...


class Vault:
    """Seals and opens values. `bound_to` names the row and column, so that a ciphertext moved elsewhere does not open."""

    def __init__(self, keys: KeyStore | bytes) -> None:
        """`keys`: the keyring's place, or 32 bytes from which one is drawn that is kept nowhere."""
        if isinstance(keys, bytes):
            if len(keys) != KEY_BYTES:
                raise ValueError("the master key has 32 bytes")
            keys = KeyringInMemory(Keyring.of(keys))
        self.keys = keys
        self._ring = keys.ring()
        self._remembered: dict[tuple[bytes, str], AESGCM] = {}

    @property
    def key_id(self) -> str:
        """Id of the generation that seals now."""
        return self._ring.current

    @property
    def ring(self) -> Keyring:
        return self._ring

    def refresh(self) -> None:
        """Take up what another process has changed in the keyring."""
        ring = self.keys.ring()
        if ring is not self._ring:
            self._ring = ring
            self._remembered.clear()

    async def look(self) -> None:
        """The same, as work that comes round: a file's date is looked at, and rarely the file."""
        self.refresh()

    def forget_owner(self, owner: str) -> None:
        """Destroy the owner's key in every generation: what was ever sealed for them stays closed. Cannot be undone."""
        self.keys.edit(lambda ring: ring.without_owner(owner))
        self.refresh()

    def knows(self, owner: str) -> bool:
        """False once the owner was forgotten."""
        return self._ring.has(owner)

    def new_data_key(self, owner: str) -> bytes:
        """A fresh data key, wrapped for `owner`."""
        generation = self._current()
        return bytes.fromhex(generation.id) + _seal(_wrap(generation, owner), AESGCM.generate_key(256), owner)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether a wrapped key or a value of the installation is of the generation that seals now."""
        return generation_of(wrapped) == self._ring.current

    def seal(self, wrapped_key: bytes, owner: str, value: str, bound_to: str) -> bytes:
        return _seal(self._data_key(wrapped_key, owner), value.encode(), bound_to)

    def open(self, wrapped_key: bytes, owner: str, sealed: bytes, bound_to: str) -> str:
        """The value. Raises `unavailable` when key, row or bytes do not belong together."""
        return _open(self._data_key(wrapped_key, owner), sealed, bound_to).decode()

    def seal_own(self, value: bytes, bound_to: str) -> bytes:
        """Seal what belongs to the installation rather than to a person."""
        generation = self._current()
        return bytes.fromhex(generation.id) + _seal(_own(generation), value, bound_to)

    def open_own(self, sealed: bytes, bound_to: str) -> bytes:
        """Raises `unavailable` when bytes and place do not belong together."""
        return _open(_own(self._generation(generation_of(sealed))), sealed[GENERATION_BYTES:], bound_to)

    def blind_index(self, value: str, purpose: str) -> str:
        """The same for equal values under the current keys; says nothing about the value without them."""
        return _index(self._current(), value, purpose)

    def blind_indexes(self, value: str, purpose: str) -> list[str]:
        """Every index under which an equal value may stand: the current one first, then those of older keys."""
        return [_index(generation, value, purpose) for generation in self._newest_first()]

    def steady_index(self, value: str, purpose: str) -> str:
        """Like `blind_index` under a key that no rotation changes: for hashes of secrets that nobody could index again."""
        return hmac.digest(self._ring.steady, f"{purpose}\0{value}".encode(), "sha256").hex()

    def steady_key(self, purpose: str) -> bytes:
        """A key for keyed hashes of one purpose that no rotation changes."""
        return hmac.digest(self._ring.steady, b"key\0" + purpose.encode(), "sha256")

    def signing_key(self, purpose: str) -> str:
        """A key for signed links and tokens of one purpose."""
        return _signing_key(self._current(), purpose)

    def signing_keys(self, purpose: str) -> list[str]:
        """All keys whose signatures still count, the one to sign with last."""
        return [_signing_key(generation, purpose) for generation in reversed(self._newest_first())]

    def _newest_first(self) -> list[Generation]:
        others = [g for g in reversed(self._ring.generations) if g.id != self._ring.current]
        return [self._current(), *others]

    def _current(self) -> Generation:
        return self._generation(self._ring.current)

    def _generation(self, generation_id: str) -> Generation:
        found = self._ring.generation(generation_id)
        if found is None:  # another process may have begun to rotate the keys a moment ago
            self.refresh()
            found = self._ring.generation(generation_id)
        if found is None:
            raise Refused(UNAVAILABLE, what="key")
        return found

    def _data_key(self, wrapped_key: bytes, owner: str) -> AESGCM:
        known = self._remembered.get((wrapped_key, owner))
        if known is not None:
            return known
        generation = self._generation(generation_of(wrapped_key))
        opened = AESGCM(_open(_wrap(generation, owner), wrapped_key[GENERATION_BYTES:], owner))
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[wrapped_key, owner] = opened
        return opened


def generation_of(wrapped: bytes) -> str:
    """The generation under whose keys a data key was wrapped, or a value of the installation sealed."""
    return wrapped[:GENERATION_BYTES].hex()


def _wrap(generation: Generation, owner: str) -> AESGCM:
    key = generation.tree.key(owner)
    if key is None:
        raise Refused(UNAVAILABLE, what="forgotten key")
    return AESGCM(key)


def _own(generation: Generation) -> AESGCM:
    return AESGCM(hmac.digest(generation.root, b"salon-hub/own", "sha256"))


def _index(generation: Generation, value: str, purpose: str) -> str:
    key = hmac.digest(generation.root, b"salon-hub/blind-index", "sha256")
    return hmac.digest(key, f"{purpose}\0{value}".encode(), "sha256").hex()


def _signing_key(generation: Generation, purpose: str) -> str:
    key = hmac.digest(generation.root, b"salon-hub/sign", "sha256")
    return base64.urlsafe_b64encode(hmac.digest(key, purpose.encode(), "sha256")).decode()


def _seal(key: AESGCM, value: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, value, bound_to.encode())


def _open(key: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise Refused(UNAVAILABLE, what="sealed value") from error


def vault_of(key_file: Path, keyring_file: Path, environment: str | None = None) -> Vault:
    """The installation's vault; what is missing of its two files is made.

    Raises:
        KeyFileError: the master key is no key of 32 bytes.
        WrongKeysError: the keyring does not open under it.
    """
    return Vault(KeyringFile(keyring_file, lambda: master_keys(key_file, environment)))


def master_key(path: Path, environment: str | None = None) -> bytes:
    """The installation's master key: from the environment (base64), else from a file that is made on first use, mode 0600.

    Raises:
        KeyFileError: what is there is not a key of 32 bytes.
    """
    return master_keys(path, environment)[0]


def master_keys(path: Path, environment: str | None = None) -> tuple[bytes, ...]:
    """The master key, and after it the one before while a rotation is under way.

    Raises:
        KeyFileError: what is there is not a key of 32 bytes.
    """
    if environment:
        return (_decoded(environment, "the variable"),)
    if not path.exists():
        write_first(path, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    return tuple(_decoded(line, path) for line in path.read_text(errors="replace").strip().split("\n"))


def renew_master_key(key_file: Path, keyring_file: Path) -> str:
    """Another master key in the file, and the keyring sealed under it; killed half-way, either key still opens it. Its id.

    Raises:
        WrongKeysError: the present key does not open the keyring; nothing has changed.
    """
    fresh = os.urandom(KEY_BYTES)
    before = master_keys(key_file)
    store = KeyringFile(keyring_file, lambda: master_keys(key_file))
    store.ring()
    _write_secret(key_file, b"".join(base64.b64encode(key) + b"\n" for key in (fresh, *before)))
    store.edit(lambda ring: ring)
    _write_secret(key_file, base64.b64encode(fresh) + b"\n")
    return master_key_id(fresh)


def master_key_id(key: bytes) -> str:
    """Eight digits by which people tell keys apart."""
    return hashlib.sha256(key).hexdigest()[:8]


def _decoded(text: str, place: object) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"no master key in {place}: it is 32 bytes in base64")
    return key
