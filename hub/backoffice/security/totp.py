"""Time-based one-time passwords: RFC 6238 over HMAC-SHA-1, 6 digits, 30 s, the form that every authenticator app reads."""

from __future__ import annotations

import base64
import hmac
import os
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""Steps before and after the present one that are taken too: phones' clocks differ, and people type slowly."""

_SECRET_BYTES = 20


def new_secret() -> str:
    """160 random bits (RFC 4226, 4), base32."""
    return base64.b32encode(os.urandom(_SECRET_BYTES)).decode()


def address(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator app scans."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def code_at(secret: str, step: int) -> str:
    """RFC 4226, 5.3: dynamic truncation of the HMAC over the step's number."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step whose code this is; None for a wrong code and for every step at or before the last one used."""
    present = step_of(now)
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if step > last_step and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None
