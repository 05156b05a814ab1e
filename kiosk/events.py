"""Facts of the kiosk. Which device, never who stood before it."""

from __future__ import annotations

from hub.kernel.events import Event


class ConversationStepped(Event, name="kiosk.conversation_stepped"):
    """The screen of this device shows something else now."""

    device: str


class TriesExhausted(Event, name="kiosk.tries_exhausted"):
    """Too many numbers, times or codes that fit nothing; a person has been asked to help."""

    device: str


class HealthChanged(Event, name="kiosk.health_changed"):
    """The customer says that allergies or health are not what the store has noted."""

    booking_id: str
