"""What may be asked of the visits, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.kernel.commands import Answer, Command
from hub.kernel.ids import Id
from hub.kernel.text import Language, Name, Note
from hub.kernel.wall_time import WallDate
from hub.operations.visits.rules import LATE_MOST

Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class CheckIn(Command):
    """The customer of a booking is in the store."""

    booking_id: Id


class WalkInCustomer(Command):
    name: Name
    phone: Phone | None = None
    title: Literal["mr", "ms", "none"] = "none"
    language: Language = "zh"


class WalkInService(Command):
    """One service; `technician_id` is needed for `prefers` and `must`."""

    service_id: Id
    requested: Literal["any", "woman", "man", "prefers", "must"] = "any"
    technician_id: Id | None = None


class WalkIn(Command):
    """Somebody without a booking wants one or more services now."""

    services: list[WalkInService] = Field(min_length=1, max_length=6)
    customer: WalkInCustomer | None = None
    customer_id: Id | None = None


class ReportLate(Command):
    """A customer who is not here yet will be `minutes` later than booked."""

    booking_id: Id
    minutes: int = Field(ge=0, le=LATE_MOST)


class NoShow(Command):
    """The customer does not come. Reversible."""

    booking_id: Id


class ReverseNoShow(Command):
    booking_id: Id


class CallCustomer(Command):
    """Call a waiting customer to a place (催请): shown and said on the waiting-room screen.

    Without a place: to the planned one, or where that is in use to a free one of its kind.
    """

    visit_id: Id
    place_id: Id | None = None


class RecallCustomer(Command):
    visit_id: Id


class EnterRoom(Command):
    """The called customer is at the place."""

    visit_id: Id


class StartService(Command):
    """Begin a service, or its next phase (起钟). Implies check-in; what is left out is taken from the plan."""

    item_id: Id
    technician_id: Id | None = None
    place_id: Id | None = None
    allergy_acknowledged: bool = False


class FinishPhase(Command):
    """End the running phase and begin the next one of the same service; after the last phase it ends the service."""

    item_id: Id
    technician_id: Id | None = None
    place_id: Id | None = None


class FinishService(Command):
    """End a service (落钟), whatever phase it is in."""

    item_id: Id


class Extend(Command):
    """The running phase takes longer (加钟)."""

    item_id: Id
    minutes: Literal[5, 10, 15]


class AddService(Command):
    """One more service for a customer of today."""

    booking_id: Id
    service_id: Id
    technician_id: Id | None = None


class WaiveRequest(Command):
    """A customer in the store agrees that whoever can may serve: with one service, or with all that have not begun."""

    booking_id: Id
    item_id: Id | None = None


class DropService(Command):
    """A customer in the store does without one of several services, before it has begun."""

    item_id: Id


class ChangeTechnician(Command):
    """Somebody else serves (换技师): at once when the phase runs, else in the plan, where it stays fixed."""

    item_id: Id
    technician_id: Id


class ChangePlace(Command):
    """Another place (换房): at once when the phase runs, else in the plan, where it stays fixed."""

    item_id: Id
    place_id: Id


class Pause(Command):
    """The customer steps out for a while; nobody calls or starts them."""

    visit_id: Id


class Resume(Command):
    visit_id: Id


class SendToCheckout(Command):
    visit_id: Id


class Leave(Command):
    """The customer goes, settled at the desk."""

    visit_id: Id


class AskHelp(Command):
    """A hand (help), cleaning (清洁), a reminder to the technician shortly before the end (催钟).

    From the kiosk: somebody for the customer there (kiosk), for one whose allergies or health have changed (health), or for one
    who does not sign there (form).
    """

    kind: Literal["help", "clean", "remind", "kiosk", "health", "form"]
    place_id: Id | None = None
    technician_id: Id | None = None
    booking_id: Id | None = None


SkinType = Literal["normal", "dry", "oily", "combination", "sensitive"]


class RecordConsultation(Command):
    """What the customer said and wishes, told during the talk (咨询); what is left out is not known."""

    booking_id: Id
    skin_type: SkinType | None = None
    preferences: Note = ""
    note: Note = ""


class ConsultationKept(Answer):
    consultation_id: Id


class NoteAllergy(Command):
    """Something more that the customer must not come into contact with. The customer has agreed that it is kept."""

    booking_id: Id
    allergy: Annotated[Note, StringConstraints(min_length=1, max_length=300)]
    agreed: Literal[True]


class AnswerHelp(Command):
    help_id: Id


class NoticeOverrun(Command):
    """The hub's own: a running phase has passed its expected end."""

    run_id: Id


class NoticeNoShowDue(Command):
    """The hub's own: a customer is overdue."""

    booking_id: Id


class CloseDay(Command):
    """The hub's own: a day is over, so nobody of it is in the store or expected any more. Nothing happens before it is."""

    date: WallDate


class Window(Answer):
    """When it will begin: start and end of the window, and the odds in percent."""

    start: datetime
    end: datetime
    odds: int


class Arrived(Answer):
    visit_id: str
    booking_id: str
    code_color: str
    code_number: int
    promise: Window | None


class Running(Answer):
    """The phase that runs now; `ordinal` None after the last one."""

    visit_id: str
    item_id: str
    ordinal: int | None
    expected_end: datetime | None


class Called(Answer):
    count: int


class Added(Answer):
    item_id: str
    planned_start: datetime | None


class Asked(Answer):
    help_id: str
