"""Pure decisions about signatures, and the ways in which they are refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from hub.kernel.errors import Refused, declare

FORM_MISSING = declare("form_missing", 409)
"""A service that asks for a signature cannot begin without it."""

FORM_NOT_ASKED = declare("form_not_asked", 409)
FORM_OUTDATED = declare("form_outdated", 409)
SIGNATURE_EMPTY = declare("signature_empty", 422)

Way = Literal["drawn", "held", "waived"]
Standing = Literal["missing", "to_confirm", "signed", "waived"]
WaiveReason = Literal["paper", "guardian", "adapted", "declined"]
"""Signed on paper; somebody signs for the customer; what is done needs none; the customer was told and does not want to."""

ACROSS = 1000
"""Points of a drawing are thousandths of the pad's width, to the right and down."""

POINTS_MAX = 3000
STROKES_MAX = 80
INK_MIN = 120
"""Shorter lines are a touch, not a name; in thousandths of the pad's width."""

Point = Annotated[int, Field(ge=0, le=ACROSS)]
Stroke = Annotated[tuple[Point, ...], Field(min_length=2, max_length=2 * POINTS_MAX)]
"""x and y of each point in turn."""

Strokes = Annotated[tuple[Stroke, ...], Field(min_length=1, max_length=STROKES_MAX)]

KEPT = timedelta(days=3 * 365)
"""How long a signature is kept: the general period within which claims can be raised (Civil Code of the PRC, art. 188)."""


def ink_of(strokes: Iterable[Sequence[int]]) -> float:
    """The length of all lines, in thousandths of the pad's width."""
    return sum(
        math.dist((stroke[at], stroke[at + 1]), (stroke[at + 2], stroke[at + 3]))
        for stroke in strokes
        for at in range(0, len(stroke) - 3, 2)
    )


def check_drawing(strokes: Sequence[Sequence[int]]) -> None:
    """Raises `signature_empty` for what is no name: a touch, half a point, or more points than a hand draws."""
    points = sum(map(len, strokes)) // 2
    if points > POINTS_MAX or any(len(stroke) % 2 for stroke in strokes) or ink_of(strokes) < INK_MIN:
        raise Refused(SIGNATURE_EMPTY)
