"""Personal values at rest: AES-256-GCM under a data key per customer, wrapped by a master key that is not in the database.

Forgetting a customer's wrapped data key makes every copy of their values unreadable, backups included. A keyed blind index
(HMAC-SHA-256) finds equal values without reading them. NIST SP 800-38D: 96-bit random nonces, one key well below 2^32 uses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.kernel.errors import UNAVAILABLE, Refused

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Vault:
    """Seals and opens values. `bound_to` names the row and column, so that a ciphertext moved elsewhere does not open."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != _KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._wrap = AESGCM(hmac.digest(master_key, b"salon-hub/wrap", "sha256"))
        self._own = AESGCM(hmac.digest(master_key, b"salon-hub/own", "sha256"))
        self._index_key = hmac.digest(master_key, b"salon-hub/blind-index", "sha256")
        self._sign_key = hmac.digest(master_key, b"salon-hub/sign", "sha256")
        self.key_id = hashlib.sha256(master_key).hexdigest()[:8]

    def new_data_key(self, owner: str) -> bytes:
        """A fresh data key, wrapped for `owner`."""
        return _seal(self._wrap, AESGCM.generate_key(256), owner)

    def seal(self, wrapped_key: bytes, owner: str, value: str, bound_to: str) -> bytes:
        return _seal(self._data_key(wrapped_key, owner), value.encode(), bound_to)

    def open(self, wrapped_key: bytes, owner: str, sealed: bytes, bound_to: str) -> str:
        """The value. Raises `unavailable` when key, row or bytes do not belong together."""
        return _open(self._data_key(wrapped_key, owner), sealed, bound_to).decode()

    def seal_own(self, value: bytes, bound_to: str) -> bytes:
        """Seal what belongs to the installation rather than to a person."""
        return _seal(self._own, value, bound_to)

    def open_own(self, sealed: bytes, bound_to: str) -> bytes:
        """Raises `unavailable` when bytes and place do not belong together."""
        return _open(self._own, sealed, bound_to)

    def blind_index(self, value: str, purpose: str) -> str:
        """The same for equal values under this installation's key; says nothing about the value without it."""
        return hmac.new(self._index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()

    def signing_key(self, purpose: str) -> str:
        """A key for signed links and tokens of one purpose."""
        digest = hmac.new(self._sign_key, purpose.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()

    def _data_key(self, wrapped_key: bytes, owner: str) -> AESGCM:
        return AESGCM(_open(self._wrap, wrapped_key, owner))


def _seal(key: AESGCM, value: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.encrypt(nonce, value, bound_to.encode())


def _open(key: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
    except InvalidTag as error:
        raise Refused(UNAVAILABLE, what="sealed value") from error


def master_key(path: Path, environment: str | None = None) -> bytes:
    """The installation's master key: from the environment (base64), else from a file that is made on first use, mode 0600.

    Raises:
        ValueError: what is there is not a key of 32 bytes.
    """
    if environment:
        return _decoded(environment)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return _decoded(path.read_text())


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("the master key has 32 bytes")
    return key
