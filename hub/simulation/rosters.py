"""Trying another roster: the same customers on the same days, served by other people, in other shifts or on other places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import Field, ValidationError

from hub.simulation.book import draw_day
from hub.simulation.campaign import OWN, Campaign
from hub.simulation.customers import Customer, draw_customers
from hub.simulation.engine import Play
from hub.simulation.ground import Ground, lay_out
from hub.simulation.measures import DayRecord, measured
from hub.simulation.policies import POLICIES, PolicyName
from hub.simulation.store_file import (
    MINUTES_A_DAY,
    DemandFile,
    Part,
    PlaceKindFile,
    StoreFile,
    StoreFileError,
    TechnicianFile,
    read_yaml,
    store_of,
)
from scheduler import Item, Request


class RosterFile(Part):
    """What a roster may change of a store; what is left out stays."""

    technicians: tuple[TechnicianFile, ...] = Field(min_length=1)
    places: tuple[PlaceKindFile, ...] | None = None
    overtime_minutes: int | None = Field(None, ge=0, le=MINUTES_A_DAY)


def read_roster(path: Path) -> RosterFile:
    """The roster that a YAML file describes.

    Raises:
        StoreFileError: as `read_store` does.
    """
    found = read_yaml(path)
    try:
        return RosterFile.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreFileError("store_file_invalid", f"{where}: {first['msg']}" if where else first["msg"]) from error


def with_roster(store: StoreFile, roster: RosterFile) -> StoreFile:
    """The store with that roster, asked for by as many visits as before.

    Raises:
        StoreFileError: a service can be done by nobody, or on no place.
    """
    changed = roster.model_dump(exclude_none=True)
    demand = DemandFile(visits=lay_out(store).visits_a_day(), load=None)
    return store_of({**store.model_dump(), **changed, "demand": demand.model_dump()})


def compare(
    store: StoreFile,
    rosters: Sequence[tuple[str, RosterFile]],
    days: int,
    policy: PolicyName,
    seed: int = 0,
    tell: Callable[[int], None] = lambda day: None,
) -> Campaign:
    """Play `days` days with the store's own roster and with each of the others, by their names.

    The customers are those of the store's own roster: who they are, what they want, when, and how long it takes. A wish for
    somebody who is not on the other roster is no wish there.
    """
    own = lay_out(store)
    grounds = {OWN: own} | {name: lay_out(with_roster(store, roster)) for name, roster in rosters}
    records: dict[str, list[DayRecord]] = {name: [] for name in grounds}
    for number in range(days):
        people = draw_customers(own, seed, number)
        for name, ground in grounds.items():
            day = draw_day(ground, seed, number, [_known_there(customer, ground) for customer in people])
            records[name].append(measured(Play(ground, day, POLICIES[policy]()).run(), day))
        tell(number + 1)
    hours = {name: ground.shift_minutes / 60 for name, ground in grounds.items()}
    return Campaign(store.name, days, seed, records, rostered=hours)


def _known_there(customer: Customer, ground: Ground) -> Customer:
    return replace(customer, items=tuple(_asked_there(item, ground) for item in customer.items))


def _asked_there(item: Item, ground: Ground) -> Item:
    request, people = item.request, ground.technicians
    there = {t.id for t in people}
    unknown = bool(request.technicians) and not there & set(request.technicians)
    nobody_like_that = request.kind == "tag" and not any(request.tag in t.tags for t in people)
    return replace(item, request=Request()) if unknown or nobody_like_that else item
