"""What the audit publishes. Anchors and sound checks are rows, not facts: they must not make the log grow by themselves."""

from __future__ import annotations

from typing import Literal

from hub.kernel.events import Event

Fault = Literal[
    "edited",
    "deleted",
    "cut_tail",
    "added",
    "counter",
    "rewritten",
    "unanchored",
    "anchor_forged",
    "anchor_missing",
    "anchor_unreadable",
    "epoch",
]
"""How a log or its anchors can be wrong.

edited: a row does not bear its hash. deleted: a number is missing in between. cut_tail: the newest rows are missing.
added: rows beyond the store's counter. counter: the store's counter does not bear the newest hash. rewritten: the chain is
whole but is not the one that was anchored. unanchored: there is no anchor, so a rewritten chain could not be noticed.
anchor_…: the anchors themselves. epoch: the log began anew without a signed word of it.
"""


WhyNoAnchor = Literal[
    "disk_full", "disk_fault", "protected", "missing", "key_wrong", "key_missing", "anchors_lost", "other_copy"
]
"""Why no anchor can be written.

missing: the folder is none, or lies in none. key_wrong: the key file holds something else. key_missing: anchors are there
without the key that signed them. anchors_lost: fewer are there than were made. other_copy: the anchors follow another copy of
the store.
"""


class VerificationAsked(Event, name="audit.verification_asked"):
    """Somebody wants the log checked now."""


class LinesExported(Event, name="audit.lines_exported"):
    """Somebody took a part of the record away as a file."""

    oldest: int
    newest: int
    lines: int


class AnchoringFailed(Event, name="audit.anchoring_failed"):
    """No anchor can be written; said once, until that changes. It is tried again every minute."""

    why: WhyNoAnchor


class AnchoringResumed(Event, name="audit.anchoring_resumed"):
    """Anchors are written again."""


class ChainBroken(Event, name="audit.chain_broken"):
    """A check has found the log not to be what it was."""

    fault: Fault
    at_seq: int | None
    """The first row that is wrong, or may be; None where the anchors are wrong."""
    anchor: int | None
    """The anchor that shows it."""


class ChainWholeAgain(Event, name="audit.chain_whole_again"):
    """A check that finds nothing, after one that did."""
