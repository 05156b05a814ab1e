"""What may be asked of the waiting list; one file per topic, one book."""

from hub.operations.waitlist.commands.answering import Accept, Accepted, Decline, Withdraw
from hub.operations.waitlist.commands.book import commands
from hub.operations.waitlist.commands.joining import Add, Join, Leave, Waiting
from hub.operations.waitlist.commands.keeping import FillGap, GapKept, OfferGap, OpenGap, Tend

__all__ = [
    "Accept",
    "Accepted",
    "Add",
    "Decline",
    "FillGap",
    "GapKept",
    "Join",
    "Leave",
    "OfferGap",
    "OpenGap",
    "Tend",
    "Waiting",
    "Withdraw",
    "commands",
]
