"""The book that the topics of privacy share, and the row that most of them load."""

from __future__ import annotations

from hub.kernel.commands import CommandBook, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.tables import CustomerRow

commands = CommandBook("privacy")

KEEP = "privacy.keep"
"""What only the hub itself does."""


async def customer_of(context: Context, customer_id: str) -> CustomerRow:
    """Raises `not_found`, also for one who has been erased."""
    row = await context.session.get(CustomerRow, customer_id)
    if row is None or row.data_key is None:
        raise Refused(NOT_FOUND, what="customer")
    return row


async def own_file(context: Context) -> CustomerRow:
    """The customer who asks, once they have proved who they are; a visit's link proves a visit only. Raises `not_found`."""
    if context.actor.kind != "customer" or context.actor.session_id is None:
        raise Refused(NOT_FOUND, what="customer")
    return await customer_of(context, context.actor.id)
