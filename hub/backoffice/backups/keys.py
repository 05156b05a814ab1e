"""The keys of backups, in a file beside the master key: whom they are sealed to, who tries them, who signs them.

A backup is sealed to two recipients (age, X25519). The first is the recovery key: its secret half is shown once, to be kept on
paper, and stands nowhere. The second is the drill's, whose secret half lies in this file, so that the hub can restore its own
backups every day: whoever can read the file can read the backups, but on that machine they could read the store itself.

Anybody could seal a file to a public key, so the manifest is signed (Ed25519). Who holds the recovery key recognises the signer
by its blessing, an HMAC under the recovery key made when both were made: restoring needs nothing else from the lost machine.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.kernel.keyring import KeyFileError, write_secret


class NoIdentityError(ValueError):
    """The text is no age identity (AGE-SECRET-KEY-1…)."""


@dataclass(frozen=True, slots=True)
class BackupKeys:
    """What the hub keeps. `drill` and `signer` are secrets; `recipient` is the public half of the recovery key."""

    recipient: str
    drill: str
    signer: str
    """The seed of an Ed25519 key, 64 hexadecimal digits."""
    blessing: str

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signer))

    @property
    def signed_by(self) -> str:
        """The signer's public key, 64 hexadecimal digits."""
        return public_hex(self.signing_key)


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def blessing_of(identity: str, signed_by: str) -> str:
    """HMAC-SHA-256 of the signer's public key under the recovery key."""
    key = hashlib.sha256(b"salon-hub/backup-signer\0" + identity.strip().encode()).digest()
    return hmac.digest(key, signed_by.encode(), "sha256").hex()


def new_keys(path: Path) -> tuple[BackupKeys, str]:
    """Make fresh keys in `path`; the recovery key beside them, to be shown once and forgotten."""
    recovery, drill, signer = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate(), Ed25519PrivateKey.generate()
    keys = BackupKeys(
        recipient=str(recovery.to_public()),
        drill=str(drill),
        signer=signer.private_bytes_raw().hex(),
        blessing=blessing_of(str(recovery), public_hex(signer)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_secret(path, orjson.dumps(asdict(keys), option=orjson.OPT_INDENT_2))
    return keys, str(recovery)


def keys_in(path: Path) -> BackupKeys | None:
    """The keys kept in `path`; None where backups were never set up.

    Raises:
        KeyFileError: the file holds something else.
    """
    if not path.exists():
        return None
    try:
        keys = BackupKeys(**orjson.loads(path.read_bytes()))
        _ = keys.signing_key, pyrage.x25519.Recipient.from_str(keys.recipient), pyrage.x25519.Identity.from_str(keys.drill)
    except (ValueError, TypeError, AttributeError, pyrage.IdentityError, pyrage.RecipientError):
        raise KeyFileError(f"no keys of backups in {path}: put its copy back, or move it away for new ones") from None
    return keys


def identity_of(text: str) -> str:
    """The identity in a file's or a person's text: its line that is one.

    Raises:
        NoIdentityError: there is none.
    """
    for line in text.splitlines():
        word = line.strip()
        if word.upper().startswith("AGE-SECRET-KEY-"):
            try:
                return str(pyrage.x25519.Identity.from_str(word.upper()))
            except pyrage.IdentityError as error:
                raise NoIdentityError(str(error)) from None
    raise NoIdentityError("no line is an age identity")
