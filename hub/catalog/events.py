"""Facts of the catalog."""

from __future__ import annotations

from datetime import date

from hub.kernel.events import Event


class SkillPut(Event, name="catalog.skill_put"):
    code: str


class PlaceKindPut(Event, name="catalog.place_kind_put"):
    code: str


class ServicePut(Event, name="catalog.service_put"):
    service_id: str
    code: str


class ConsentFormPut(Event, name="catalog.consent_form_put"):
    """A form has new words: whoever signed an older version is asked again."""

    code: str
    form_version: int


class HouseRulesSet(Event, name="catalog.house_rules_set"):
    """How the store shows names, where it lets people wait, and whether it closes on public holidays."""

    waiting_room_name: str
    closed_on_public_holidays: bool
    call_repeat_seconds: int


class WordingPut(Event, name="catalog.wording_put"):
    """The store says this text in its own words."""

    language: str
    message_id: str


class WordingDropped(Event, name="catalog.wording_dropped"):
    """The product's text is back."""

    language: str
    message_id: str


class OpeningHoursSet(Event, name="catalog.opening_hours_set"):
    weekday: int
    opens: str | None
    closes: str | None


class BusinessDaySet(Event, name="catalog.business_day_set"):
    """From which hour on the store counts a new day; `before`: the hour until now. Days are counted anew, the past ones too."""

    begins: str
    before: str


class DayClosed(Event, name="catalog.day_closed"):
    date: date


class DayReopened(Event, name="catalog.day_reopened"):
    date: date
