"""Passkeys (W3C Web Authentication, level 3): where they can be used, what the browser is asked for, and what came back.

Pure: challenges, rows and tries are the commands' business. Every ceremony asks for user verification, so that a passkey stands
for two factors at once, and for a discoverable credential, so that nobody has to type a name.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LOCAL = "localhost"
CHALLENGE_SECONDS = 300
_TIMEOUT_MS = CHALLENGE_SECONDS * 1000


class PasskeyRefusedError(Exception):
    """What the browser sent proves nothing."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new credential as the authenticator made it."""

    credential_id: bytes
    public_key: bytes
    """COSE."""
    sign_count: int
    backed_up: bool


def relying_party(base: str, origin: str) -> str | None:
    """The relying party's id for a page at `origin`: the host of the store's address, or the machine itself.

    None where browsers have no passkeys: over plain http, under a bare network address, or at another address than the store's.
    """
    try:
        page, home = urlsplit(origin), urlsplit(base)
        same = (page.hostname, _port(page)) == (home.hostname, _port(home))
    except ValueError:  # brackets without an address, a port beyond all ports
        return None
    if page.hostname == LOCAL:
        return LOCAL
    if page.scheme != "https" or page.hostname is None or _is_number(page.hostname):
        return None
    return page.hostname if same else None


def _port(parts: Any) -> int:
    return int(parts.port or (443 if parts.scheme == "https" else 80))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def creation_options(
    rp_id: str, rp_name: str, user_id: str, login: str, name: str, challenge: bytes, known: Sequence[bytes]
) -> dict[str, Any]:
    """What `navigator.credentials.create` takes, as JSON; `known` are the account's credentials, which are not made twice."""
    made = webauthn.generate_registration_options(
        rp_id=rp_id,
        rp_name=rp_name,
        user_id=user_id.encode(),
        user_name=login,
        user_display_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(known),
    )
    return _plain(webauthn.options_to_json(made))


def request_options(rp_id: str, challenge: bytes, known: Sequence[bytes] = ()) -> dict[str, Any]:
    """What `navigator.credentials.get` takes; without `known` the person chooses among all that the device has for here."""
    made = webauthn.generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(made))


def registered(credential: dict[str, Any], challenge: bytes, rp_id: str, origin: str) -> Registered:
    """The new credential. Raises PasskeyRefusedError."""
    try:
        seen = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a stranger's bytes do to the parsers
        raise PasskeyRefusedError from error
    return Registered(seen.credential_id, seen.credential_public_key, seen.sign_count, seen.credential_backed_up)


def asserted(credential: dict[str, Any], challenge: bytes, rp_id: str, origin: str, public_key: bytes) -> int:
    """The authenticator's count of signatures, once its signature is right. Raises PasskeyRefusedError."""
    try:
        seen = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise PasskeyRefusedError from error
    return seen.new_sign_count


def is_a_copy(kept: int, shown: int) -> bool:
    """Whether two authenticators hold one key: a count that does not rise (WebAuthn 6.1.1). Those that count nothing show 0."""
    return (kept > 0 or shown > 0) and shown <= kept


def challenge_of(credential: dict[str, Any]) -> bytes | None:
    """The challenge that was signed; None where there is none to be found."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except Exception:  # as above
        return None


def credential_id_of(credential: dict[str, Any]) -> bytes | None:
    try:
        return base64url_to_bytes(credential["rawId"])
    except Exception:  # as above
        return None


def user_of(credential: dict[str, Any]) -> str | None:
    """The account that the authenticator names, where it names one."""
    try:
        handle = credential["response"].get("userHandle")
        return base64url_to_bytes(handle).decode() if handle else None
    except Exception:  # as above
        return ""


def written(challenge: bytes) -> str:
    return bytes_to_base64url(challenge)


def _described(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _plain(text: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(text)
    return value
