"""The store's own rules for its floor, kept among its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from hub.catalog.rules import closed_by_law
from hub.kernel.text import Bilingual

NameForm = Literal["code", "surname_title", "initial"]
"""What stands for a customer on the waiting-room screen."""

REPEAT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class HouseRules:
    """`call_repeat_seconds`: how soon a call is said again until the customer is at the place."""

    waiting_room_name: NameForm
    call_repeat_seconds: int
    closed_on_public_holidays: bool
    waiting_area: Bilingual | None
    """Where people should wait, as the kiosk says it; None: nothing is said."""


def house_rules(settings: Mapping[str, Any]) -> HouseRules:
    """The rules as they are set; the house's own where nothing is."""
    form, area = settings.get("waiting_room_name", "code"), settings.get("waiting_area")
    return HouseRules(
        waiting_room_name=cast(NameForm, form if form in get_args(NameForm) else "code"),
        call_repeat_seconds=int(settings.get("call_repeat_seconds", REPEAT_SECONDS)),
        closed_on_public_holidays=closed_by_law(settings),
        waiting_area=Bilingual.model_validate(area) if area else None,
    )
