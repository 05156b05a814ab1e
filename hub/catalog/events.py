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


class OpeningHoursSet(Event, name="catalog.opening_hours_set"):
    weekday: int
    opens: str | None
    closes: str | None


class DayClosed(Event, name="catalog.day_closed"):
    date: date


class DayReopened(Event, name="catalog.day_reopened"):
    date: date
