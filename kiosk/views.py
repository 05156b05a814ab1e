"""What the kiosk shows, step by step. Names are masked: whoever stands behind the customer reads along."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.gateway.screens import View
from hub.kernel.text import Bilingual
from kiosk.conversation import Step


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Greeting(_Part):
    """One booking, as its customer recognises it."""

    booking_id: str
    name: str
    """Masked: `王**`."""
    start: datetime
    services: list[Bilingual]
    technician: Bilingual | None
    timing: Literal["early", "on_time", "late"]
    minutes: int
    """How early or late, from now."""
    is_here: bool
    """Checked in already."""


class KioskService(_Part):
    id: str
    name: Bilingual
    category: Bilingual
    minutes: int
    price_minor: int


class Wait(_Part):
    """When it could begin with this choice; `start` None: not today."""

    requested: Literal["any", "woman", "man", "must"]
    technician_id: str | None
    technician: Bilingual | None
    start: datetime | None
    end: datetime | None
    odds: int | None


class FormToSign(_Part):
    """The words that are signed next."""

    form: str
    version: int
    name: Bilingual
    text: Bilingual


class Result(_Part):
    """The customer is in the store: what to remember, and when it begins."""

    color: str
    number: int
    window_start: datetime | None
    window_end: datetime | None
    odds: int | None
    ahead: int | None
    """Customers who are served before."""
    seat: Bilingual | None
    """Where the store wants people to wait; None: it has not said."""
    place: Bilingual | None
    """Where to go, once called."""
    follow_qr: list[str]
    """The visit page's absolute address as a QR code: rows of 0 and 1."""
    health_noted: bool
    form: Literal["none", "to_confirm", "open"]
    """What the desk still has to do about forms: nothing, confirm a name, bring one to be signed."""
    others: bool
    """More of those who came together are still to be checked in."""


class KioskView(View):
    now: datetime
    step: Step
    step_token: str
    helped: bool
    """A person has been called."""
    idle_seconds: int
    countdown_seconds: int
    language: Literal["zh", "en"]
    """The store's own, which the screen speaks when nobody has chosen."""
    phone_digits: int | None
    """Digits of a mobile number in the store's country; None: they differ."""
    way: Literal["none", "code", "number"]
    opens: datetime | None
    closes: datetime | None
    waiting: int
    """Customers in the store who wait."""
    hours: list[int]
    """Hours of the day at which bookings may begin: the same list for every number."""
    people: list[Greeting]
    greeting: Greeting | None
    services: list[KioskService]
    chosen: list[KioskService]
    waits: list[Wait]
    offer: Wait | None
    form: FormToSign | None
    name_needed: bool
    """Nobody can sign without a name: it cannot be left out."""
    result: Result | None
    link_qr: list[str]
    """An absolute address to go on with on the phone: the booking page, also where nothing is free today, or the
    visit page of a booking of another day."""
