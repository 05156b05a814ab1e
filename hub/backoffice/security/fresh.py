"""Secrets that the hub makes up itself: good under either policy, easy to read aloud."""

from __future__ import annotations

from hub.backoffice.security.passwords import require_good, require_good_pin
from hub.kernel.errors import Refused
from hub.kernel.ids import Randomness

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other on paper."""
_GROUPS, _GROUP = 4, 4


def fresh_password(chance: Randomness) -> str:
    """Some 79 bits in four groups that can be read aloud; good under either policy."""
    while True:
        groups = ("".join(_letter(chance) for _ in range(_GROUP)) for _ in range(_GROUPS))
        password = "-".join(groups)
        try:
            require_good("mlps", password, ())
            require_good("modern", password, ())
        except Refused:
            continue
        return password


def fresh_pin(chance: Randomness) -> str:
    """Four digits that are no run and no repeat."""
    while True:
        pin = chance.code(4)
        try:
            require_good_pin(pin)
        except Refused:
            continue
        return pin


def _letter(chance: Randomness) -> str:
    """An even draw: six digits leave a bias below one in 30,000."""
    return _LETTERS[int(chance.code(6)) % len(_LETTERS)]
