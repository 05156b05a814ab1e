"""An authenticator in software (WebAuthn level 3): makes ES256 credentials and signs with them, honestly or not."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def plain(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class Authenticator:
    """One passkey on one device. What a test changes is what a liar would change."""

    origin: str
    verified: bool = True
    step: int = 1
    """How much the count of signatures grows each time; 0: it counts nothing."""
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    user: bytes = b""

    def create(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """`navigator.credentials.create`."""
        self.user = plain(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], ATTESTED, **changed) + attested
        response = {
            "clientDataJSON": text(self._client("webauthn.create", options["challenge"], **changed)),
            "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }
        return self._credential(response)

    def get(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """`navigator.credentials.get`."""
        client = self._client("webauthn.get", options["challenge"], **changed)
        data = self._data(options["rpId"], 0, **changed)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(changed.get("signature", signed)),
            "userHandle": text(changed.get("user", self.user)),
        }
        return self._credential(response)

    def _client(self, kind: str, challenge: str, **changed: Any) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": changed.get("origin", self.origin), "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, party: str, flags: int, **changed: Any) -> bytes:
        self.count += self.step
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return hashlib.sha256(changed.get("rp_id", party).encode()).digest() + struct.pack(">BI", flags, self.count)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        named = text(self.credential_id)
        return {
            "id": named,
            "rawId": named,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }
