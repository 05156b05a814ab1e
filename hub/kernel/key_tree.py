"""A key for every owner from one seed, and forgetting a single one of them for good: a puncturable tree (GGM).

The leaf of an owner lies under the first 16 hexadecimal digits of SHA-256(owner); a child's seed is BLAKE2b keyed with its
parent's. To forget an owner, the seeds on the way to the leaf are replaced by those of their siblings: all other leaves can
still be derived, this one never again. So nothing is written when an owner is new, and some 8 kB once one is forgotten.

Goldreich, Goldwasser, Micali: How to construct random functions, J. ACM 33 (1986); Green, Miers: Forward secure asynchronous
messaging from puncturable encryption, IEEE S&P 2015.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

DEPTH = 16
"""Digits of the path: 64 bits, so that a million owners share a leaf once in some 30 million installations."""

DIGITS = "0123456789abcdef"
SEED_BYTES = 32


class KeyTree:
    """Seeds by prefix of the path. Immutable: `without` makes another tree."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        if any(len(seed) != SEED_BYTES for seed in seeds.values()):
            raise ValueError("a seed has 32 bytes")
        self.seeds = dict(seeds)

    @classmethod
    def fresh(cls) -> KeyTree:
        return cls({"": os.urandom(SEED_BYTES)})

    def key(self, owner: str) -> bytes | None:
        """The owner's 32 bytes; None once the owner is forgotten."""
        path = path_of(owner)
        for depth in range(DEPTH + 1):
            seed = self.seeds.get(path[:depth])
            if seed is not None:
                for digit in path[depth:]:
                    seed = _child(seed, digit)
                return seed
        return None

    def covers(self, owner: str) -> bool:
        """Whether the owner's key can still be derived."""
        path = path_of(owner)
        return any(path[:depth] in self.seeds for depth in range(DEPTH + 1))

    def without(self, owner: str) -> KeyTree:
        """The same tree, from which this owner's key can no longer be derived."""
        path, seeds = path_of(owner), dict(self.seeds)
        top = next((depth for depth in range(DEPTH + 1) if path[:depth] in seeds), None)
        if top is None:
            return self
        seed = seeds.pop(path[:top])
        for depth in range(top, DEPTH):
            for digit in DIGITS:
                if digit != path[depth]:
                    seeds[path[:depth] + digit] = _child(seed, digit)
            seed = _child(seed, path[depth])
        return KeyTree(seeds)


def path_of(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:DEPTH]


def _child(seed: bytes, digit: str) -> bytes:
    return hashlib.blake2b(digit.encode(), key=seed, digest_size=SEED_BYTES, person=b"salon-hub/tree").digest()
