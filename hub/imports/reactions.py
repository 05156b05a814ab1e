"""What was kept for later about a client belongs to the customer as soon as the store knows one by that code."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.privacy.sealing import client_index
from hub.imports import keeping
from hub.imports.tables import KeptRow
from hub.kernel.commands import Context, ReactionSpec
from hub.kernel.natural_keys import natural_key
from hub.operations.bookings.events import CustomerPut
from hub.operations.bookings.keys import either
from hub.operations.bookings.people import revealed_name
from hub.operations.bookings.tables import CustomerRow


async def claim(context: Context, fact: CustomerPut) -> None:
    customer = await context.session.get(CustomerRow, fact.customer_id)
    if customer is None or customer.natural_key is None:
        return
    client = revealed_name(context.vault, customer)  # an import calls whom it brings in by the code
    if not client or customer.natural_key not in either(context.vault, natural_key("customer", client)):
        return
    theirs = KeptRow.client_index == client_index(context.vault, client)
    nobodys = select(KeptRow).where(theirs, KeptRow.owner_id == KeptRow.id, KeptRow.raw.is_(None))
    for row in await context.session.scalars(nobodys):
        keeping.seal(context.vault, row, keeping.opened(context.vault, row), customer.id)


reactions = (ReactionSpec(CustomerPut, claim),)
