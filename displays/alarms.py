"""Odd behaviour that somebody should look at: open alarms, those that were closed, and from when on each rule speaks."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from displays.audit.words import names_for
from hub.backoffice.alarms import events, queries
from hub.backoffice.alarms.rules import RULES, Limit, default_limit
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.events import event_types


class Line(BaseModel):
    """`who` is whose behaviour is odd, by name; empty where it is the store's or nobody's that people know."""

    model_config = ConfigDict(frozen=True)

    id: str
    rule: str
    is_urgent: bool
    who: str
    who_id: str
    count: int
    minutes: int
    at_seq: int
    at: datetime
    closed_at: datetime | None
    closed_by: str
    note: str


class Measure(BaseModel):
    """A rule speaks at `count` or more within `minutes`; beside it as it came."""

    model_config = ConfigDict(frozen=True)

    rule: str
    is_on: bool
    count: int
    minutes: int
    usual_count: int
    usual_minutes: int


class AlarmsView(View):
    open: list[Line]
    closed: list[Line]
    measures: list[Measure]


async def read(reading: Reading, params: NoParams) -> AlarmsView:
    names = await names_for(reading, ())
    people = names.people | names.devices

    def line(alarm: queries.Alarm) -> Line:
        subject = alarm.subject.rpartition(":")[2]
        return Line(
            id=alarm.id,
            rule=alarm.rule,
            is_urgent=alarm.rule in RULES and RULES[alarm.rule].is_urgent,
            who=people.get(subject, ""),
            who_id=subject if subject in people else "",
            count=alarm.count,
            minutes=alarm.minutes,
            at_seq=alarm.at_seq,
            at=alarm.at,
            closed_at=alarm.closed_at,
            closed_by=people.get(alarm.closed_by or "", ""),
            note=alarm.note,
        )

    return AlarmsView(
        store=head_of(reading.store),
        open=[line(alarm) for alarm in await queries.open_alarms(reading.session)],
        closed=[line(alarm) for alarm in await queries.closed_alarms(reading.session)],
        measures=[_measure(code, limit) for code, limit in (await queries.limits(reading.session)).items()],
    )


def _measure(code: str, limit: Limit) -> Measure:
    usual = default_limit(code)
    return Measure(
        rule=code,
        is_on=limit.is_on,
        count=limit.count,
        minutes=limit.minutes,
        usual_count=usual.count,
        usual_minutes=usual.minutes,
    )


screen = Screen(
    name="alarms",
    permission="alarms.handle",
    params=NoParams,
    view=AlarmsView,
    read=read,
    touched_by=frozenset(e for e in event_types().values() if e.__module__ == events.__name__),
    audience=lambda actor, params: actor.key,
    refresh=timedelta(minutes=1),
)
