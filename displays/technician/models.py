"""What the technician's tablet shows, as models."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.consulting import Known
from hub.gateway.screens import View
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.live_day import PhaseKind, TechnicianState

Action = Literal["call", "recall", "start", "finish_phase", "extend", "finish", "add_service"]
OwnAction = Literal["help", "talk", "sign", "break", "end_break"]


class Person(BaseModel):
    """A customer as the floor may see them."""

    model_config = ConfigDict(frozen=True)

    booking_id: str
    name: str
    """Masked; empty for somebody who gave none: they go by their code."""
    tier: str
    color: str | None
    number: int | None
    has_allergy: bool
    allergy_version: str | None
    """What was read of another version has to be read again."""
    note: str
    has_file: bool
    """Something can be kept about them; not about a guest without a name."""


class Step(BaseModel):
    """A phase as the tablet shows it."""

    model_config = ConfigDict(frozen=True)

    ordinal: int
    kind: PhaseKind
    state: Literal["planned", "running", "done"]
    minutes: int
    start: datetime | None
    end: datetime | None
    mine: bool


class Work(BaseModel):
    """A service in my hands, or soon."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    visit_id: str | None
    person: Person
    service: Bilingual
    requested_me: bool
    """点钟: the customer asked for me; it uses up no turn."""
    place: Bilingual | None
    steps: list[Step]
    start: datetime | None
    end: datetime | None
    arrived_at: datetime | None
    called: bool
    paused: bool
    late_until: datetime | None
    form: Form | None
    """None: nothing has to be signed."""
    to_sign: Form | None
    """What is still to be signed in this visit, of this service first: another one may ask for it."""
    changed: Said | None
    changed_at: datetime | None
    actions: list[Action]
    """What can be done with it now, most likely first."""


class Form(BaseModel):
    """What has to be signed before this service begins."""

    model_config = ConfigDict(frozen=True)

    form: str
    version: int
    name: Bilingual
    standing: Literal["missing", "to_confirm", "signed", "waived"]
    at: datetime | None


class Offer(BaseModel):
    """A service that may be added."""

    model_config = ConfigDict(frozen=True)

    service_id: str
    name: Bilingual
    minutes: int
    price_minor: int


class Me(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual
    state: TechnicianState
    turn_rank: int | None
    turns_taken: int
    done_today: int
    shift_end: datetime | None
    on_break_until: datetime | None
    actions: list[OwnAction]
    """What the tablet may do besides, whatever is in focus."""


class Colleague(BaseModel):
    """A face on the sign-in page of a paired tablet."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual
    state: TechnicianState


class TechnicianView(View):
    now: datetime
    me: Me | None
    """None on a paired tablet that nobody has signed in to: show `colleagues` and ask for the PIN."""
    colleagues: list[Colleague]
    focus: Work | None
    """What the big buttons act on."""
    focus_is: Literal["current", "developing", "next"] | None
    brief: Known | None
    """What is known of the customer in focus; None for a guest without a name."""
    developing: list[Work]
    """Mine, with colour or treatment developing: no hands needed until `end`; without the focus."""
    upcoming: list[Work]
    """Mine by planned start, without the focus."""
    offers: list[Offer]
