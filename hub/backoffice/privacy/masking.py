"""Who sees which personal field on which surface: one table, in front of all screens, and the masks that they share.

`SIGHT` says for each screen and each personal or sensitive field in which form the best-informed looker sees it; a looker who
lacks the permission named in `FULL_NEEDS` sees the form beside it. What is not in the table is on no screen. A test walks every
view as every role with a word of its own in every such column and holds what it finds against this table.
"""

from __future__ import annotations

from typing import Literal

Form = Literal["full", "masked", "known"]
"""As it is; a part of it; only that there is something."""

SIGHT: dict[str, dict[str, Form]] = {
    "desk": {"customer.name": "full", "customer.phone": "masked", "customer.allergy": "known", "booking.note": "full"},
    "desk-consultation": {
        "consultation.note": "full",
        "consultation.preferences": "full",
        "consultation.skin_type": "full",
    },
    "desk-record": {"account.name": "full"},
    "floor": {"customer.name": "full", "customer.phone": "masked", "customer.allergy": "known", "booking.note": "full"},
    "desk-people": {"customer.name": "full", "customer.phone": "masked", "customer.allergy": "known"},
    "desk-offers": {"customer.name": "full"},
    "desk-what-if": {"customer.name": "full"},
    "desk-ways": {"customer.name": "full"},
    "desk-why-not": {"customer.name": "full"},
    "privacy-file": {
        "customer.name": "full",
        "customer.phone": "masked",
        "customer.email": "masked",
        "customer.allergy": "known",
    },
    "privacy": {"customer.name": "full", "account.name": "full"},
    "privacy-record": {"customer.name": "full", "account.name": "full", "sensitive_view.note": "full"},
    "my-file": {},
    "my-visits": {
        "customer.name": "full",
        "customer.phone": "full",
        "customer.email": "full",
        "customer.note": "full",
    },
    "technician": {
        "customer.name": "masked",
        "customer.allergy": "known",
        "booking.note": "full",
        "consultation.note": "full",
        "consultation.preferences": "full",
        "consultation.skin_type": "full",
    },
    "waiting-room": {"customer.name": "masked"},
    # The number is shown while the person has an offer running.
    "waitlist": {"customer.name": "full", "customer.phone": "full"},
    "kiosk": {"customer.name": "masked"},
    "audit": {"customer.name": "full", "account.name": "full"},
    "team": {"technician.phone": "full", "technician.email": "full"},
    "staff": {"account.name": "full", "account.login": "full", "account.email": "masked"},
    "devices": {"account.name": "full"},
    "me": {"account.name": "full", "account.login": "full", "account.email": "full", "passkey.name": "full"},
    "home": {"account.name": "full"},
    "sign-in": {"account.name": "full"},
}

FULL_NEEDS: dict[str, tuple[str, Form]] = {"customer.name": ("customers.read", "masked")}
"""Without this permission, the field is seen in the other form only, on screens that others may open too."""


def form_of(screen: str, field: str) -> Form | None:
    """The best form in which anybody sees the field there; None: not at all."""
    return SIGHT.get(screen, {}).get(field)


def masked_phone(phone: str) -> str:
    """`+86 138****8000`: the country, the first three and the last four digits of what follows; a short one the last two."""
    if not phone:
        return ""
    country, digits = ("+86 ", phone[3:]) if phone.startswith("+86") else ("", phone)
    return f"{country}{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"


def masked_email(email: str) -> str:
    """`z***@canary.example`: the first letter, and where it goes."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}" if host else ""
