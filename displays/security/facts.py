"""Which facts change what people and devices may see."""

from __future__ import annotations

from hub.backoffice.security import events
from hub.kernel.events import Event, event_types

SECURITY_FACTS: frozenset[type[Event]] = frozenset(e for e in event_types().values() if e.__module__ == events.__name__)
