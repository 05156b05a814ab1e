"""What may be asked of the bookings; one file per topic, one book."""

from hub.operations.bookings.commands.book import ServiceWish, commands
from hub.operations.bookings.commands.changes import Book, Booked, Cancel, Cancelled, ExpectDay, Move, ReleaseExpiredHolds
from hub.operations.bookings.commands.customers import CustomerKept, PutCustomer
from hub.operations.bookings.commands.holds import Confirmed, ConfirmHold, Held, HoldSlot, ReleaseHold
from hub.operations.bookings.commands.keys import IndexKeys
from hub.operations.bookings.commands.peak import SetPriorityRule
from hub.operations.bookings.commands.taken_over import BringIn, BringInCancellation, BringInNoShow, BroughtIn

__all__ = [
    "Book",
    "Booked",
    "BringIn",
    "BringInCancellation",
    "BringInNoShow",
    "BroughtIn",
    "Cancel",
    "Cancelled",
    "ConfirmHold",
    "Confirmed",
    "CustomerKept",
    "ExpectDay",
    "Held",
    "HoldSlot",
    "IndexKeys",
    "Move",
    "PutCustomer",
    "ReleaseExpiredHolds",
    "ReleaseHold",
    "ServiceWish",
    "SetPriorityRule",
    "commands",
]
