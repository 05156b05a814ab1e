"""Facts of the forms. They carry ids, the form and its version; never a signature."""

from __future__ import annotations

from typing import Literal

from hub.kernel.events import Event


class FormSigned(Event, name="forms.form_signed"):
    """`held`: agreed to by holding a button, by who does not draw; it counts once the desk has confirmed the name."""

    signed_form_id: str
    booking_id: str
    customer_id: str
    form: str
    form_version: int
    way: Literal["drawn", "held"]


class FormConfirmed(Event, name="forms.form_confirmed"):
    signed_form_id: str
    booking_id: str
    form: str


class FormWaived(Event, name="forms.form_waived"):
    """The desk lets this booking go on without a signature."""

    signed_form_id: str
    booking_id: str
    form: str
    reason: str


class SignaturesCleared(Event, name="forms.signatures_cleared"):
    """Drawings that nobody has to keep any longer."""

    count: int
