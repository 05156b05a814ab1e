"""Walks a store's chain. Pure: rows and anchored hashes in, the first fault out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.backoffice.audit.events import Fault
from hub.kernel.event_log import chain_hash
from hub.kernel.events import Recorded


@dataclass(frozen=True, slots=True)
class Link:
    """One row as the database holds it. `fact` is None where its columns cannot even be read."""

    seq: int
    fact: Recorded | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong. `seq`: the first row that is, or may be; `until`: the last that may be, where it is not known exactly."""

    fault: Fault
    seq: int | None = None
    anchor: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Anchored:
    """The head that an anchor bears witness of."""

    ordinal: int
    head: str


class ChainWalk:
    """Takes the rows in order; remembers one link only. `anchors`: what was anchored, by `seq`."""

    def __init__(self, anchors: Mapping[int, Anchored]) -> None:
        self._anchors = anchors
        self._sound_until = 0
        self.seq = 0
        self.head = ""

    def step(self, link: Link) -> Finding | None:
        """Take the next row; the first fault, if it shows one."""
        if link.seq != self.seq + 1:
            return Finding("deleted", self.seq + 1)
        if link.fact is None or chain_hash(link.previous, link.fact) != link.hash:
            return Finding("edited", link.seq)
        if link.previous != self.head:
            # This row bears its own hash, so it is the one before that was changed together with its hash.
            return Finding("edited", max(self.seq, 1))
        anchored = self._anchors.get(link.seq)
        if anchored is not None:
            if anchored.head != link.hash:
                return Finding("rewritten", self._sound_until + 1, anchored.ordinal, link.seq)
            self._sound_until = link.seq
        self.seq, self.head = link.seq, link.hash
        return None

    def end(self, newest: int, head: str, last: int) -> Finding | None:
        """All rows were taken; `newest` and `head` are the store's own counter, `last` the newest row there is."""
        later = min((seq for seq in self._anchors if seq > self.seq), default=None)
        if later is not None:
            return Finding("cut_tail", self.seq + 1, self._anchors[later].ordinal)
        if self.seq < newest:
            return Finding("cut_tail", self.seq + 1)
        if last > newest:
            return Finding("added", newest + 1)
        if self.head != head:
            return Finding("counter", self.seq or None)
        return None
