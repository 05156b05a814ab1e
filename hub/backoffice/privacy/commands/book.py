"""The book that the topics of privacy share, and the file of the customer who asks."""

from __future__ import annotations

from hub.kernel.commands import CommandBook, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.people import customer_by_id
from hub.operations.bookings.tables import CustomerRow

commands = CommandBook("privacy")

KEEP = "privacy.keep"
"""What only the hub itself does."""


async def own_file(context: Context) -> CustomerRow:
    """The customer who asks, once they have proved who they are; a visit's link proves a visit only. Raises `not_found`."""
    if context.actor.kind != "customer" or context.actor.session_id is None:
        raise Refused(NOT_FOUND, what="customer")
    return await customer_by_id(context, context.actor.id)
