"""Which facts change what the screens of privacy show."""

from __future__ import annotations

from hub.backoffice.privacy import events
from hub.kernel.events import Event, event_types
from hub.operations.bookings.events import ConsentGiven, CustomerPut
from hub.operations.visits.events import AllergyNoted

PRIVACY_FACTS: frozenset[type[Event]] = frozenset(
    {*(e for e in event_types().values() if e.__module__ == events.__name__), ConsentGiven, CustomerPut, AllergyNoted}
)
