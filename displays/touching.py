"""Which facts can change a picture of the floor: all of the domains that the live day is read from, an erasure, which takes
a name off every picture, and a consent taken back, which takes the warning of an allergy off."""

from __future__ import annotations

from hub.backoffice.privacy.events import ConsentWithdrawn, PersonErased
from hub.catalog import events as catalog
from hub.kernel.events import Event, event_types
from hub.operations.bookings import events as bookings
from hub.operations.forms import events as forms
from hub.operations.planning import events as planning
from hub.operations.stations import events as stations
from hub.operations.team import events as team
from hub.operations.visits import events as visits

_MODULES = frozenset(module.__name__ for module in (catalog, bookings, forms, planning, stations, team, visits))

FLOOR_FACTS: frozenset[type[Event]] = frozenset(
    {PersonErased, ConsentWithdrawn, *(event for event in event_types().values() if event.__module__ in _MODULES)}
)
