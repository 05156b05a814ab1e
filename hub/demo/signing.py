"""How simulated customers write their names."""

from __future__ import annotations

import random

SIGN_SECONDS = 75
"""To read a form and write one's name, on the hub's clock."""


def scribble(chance: random.Random) -> list[list[int]]:
    """A name as a hand writes it: three strokes across the pad, in thousandths of its width."""
    strokes = []
    for number in range(3):
        x, y = 180 + 210 * number, chance.randint(120, 200)
        stroke = [x, y]
        for _ in range(chance.randint(6, 12)):
            x, y = x + chance.randint(6, 24), y + chance.randint(-60, 60)
            stroke += [min(1000, x), max(0, min(1000, y))]
        strokes.append(stroke)
    return strokes
