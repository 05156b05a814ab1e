"""Time-based one-time passwords (RFC 6238) in the form that every authenticator app reads: HMAC-SHA-1, 6 digits, 30 s."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Steps before and after the present one that are taken too: phones' clocks differ, and people type slowly."""


def new_secret() -> str:
    """160 random bits (RFC 4226, 4), base32."""
    return pyotp.random_base32(32)


def address(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    return pyotp.HOTP(secret).at(step)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step whose code this is; None for a wrong code and for every step at or before the last one used."""
    present = step_of(now)
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if step > last_step and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None
