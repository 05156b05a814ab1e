"""Bit masks as spans and as CP-SAT domains."""

from __future__ import annotations

from scheduler.problem import Span


def spans_of(mask: int) -> list[Span]:
    """Maximal runs of set bits as half-open spans, in order."""
    spans = []
    offset = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        offset += skip
        length = (~mask & (mask + 1)).bit_length() - 1
        spans.append((offset, offset + length))
        mask >>= length
        offset += length
    return spans


def closed_spans(mask: int) -> list[list[int]]:
    """The same with both ends included, as CP-SAT writes domains."""
    return [[start, end - 1] for start, end in spans_of(mask)]
