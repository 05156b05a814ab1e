"""What can be tapped, typed or scanned at the kiosk."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hub.kernel.ids import Id
from hub.kernel.text import Code, Language, Name
from hub.operations.bookings.links import TOKEN_MAX
from hub.operations.bookings.people import Phone, Title
from hub.operations.forms.rules import Strokes

SERVICES_MAX = 4
"""Services of one walk-in at the kiosk; more are arranged at the desk."""


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Begin(_Input):
    kind: Literal["begin"]
    way: Literal["booking", "walk_in"]


class Scan(_Input):
    """A code from the camera or the USB scanner: a visit link, or its token alone."""

    kind: Literal["scan"]
    text: str = Field(max_length=TOKEN_MAX + 300)


class GivePhone(_Input):
    kind: Literal["phone"]
    phone: Phone


class GiveHour(_Input):
    kind: Literal["hour"]
    hour: int = Field(ge=0, le=23)


class Choose(_Input):
    kind: Literal["choose"]
    booking_id: Id


class Confirm(_Input):
    kind: Literal["confirm"]
    health_changed: bool = False


class NotMe(_Input):
    kind: Literal["not_me"]


class Consent(_Input):
    kind: Literal["consent"]
    given: bool


class SignForm(_Input):
    """A name drawn under the words shown; None: agreed by holding the button, for those who do not draw."""

    kind: Literal["sign"]
    form: Code
    version: int
    strokes: Strokes | None = None
    language: Language = "zh"


class Postpone(_Input):
    """Rather not here: a person brings the form."""

    kind: Literal["postpone"]


class Another(_Input):
    """One more of those who came together."""

    kind: Literal["another"]


class ChooseServices(_Input):
    kind: Literal["services"]
    service_ids: tuple[Id, ...] = Field(min_length=1, max_length=SERVICES_MAX)


class ChooseWho(_Input):
    kind: Literal["who"]
    requested: Literal["any", "woman", "man", "must"]
    technician_id: Id | None = None


class Join(_Input):
    kind: Literal["join"]


class Later(_Input):
    kind: Literal["later"]


class GiveName(_Input):
    """None: without a name; the code alone will do."""

    kind: Literal["name"]
    name: Name | None = None
    title: Title = "none"
    language: Language = "zh"


class GiveNumber(_Input):
    """For whoever joins the queue; None: without a number."""

    kind: Literal["number"]
    phone: Phone | None = None
    language: Language = "zh"


class Help(_Input):
    kind: Literal["help"]


class Back(_Input):
    kind: Literal["back"]


class Stay(_Input):
    """Somebody is still there."""

    kind: Literal["stay"]


class Leave(_Input):
    kind: Literal["leave"]


Input = Annotated[
    Begin
    | Scan
    | GivePhone
    | GiveHour
    | Choose
    | Confirm
    | NotMe
    | Consent
    | SignForm
    | Postpone
    | Another
    | ChooseServices
    | ChooseWho
    | Join
    | Later
    | GiveName
    | GiveNumber
    | Help
    | Back
    | Stay
    | Leave,
    Field(discriminator="kind"),
]
