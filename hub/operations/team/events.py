"""Facts of the team."""

from __future__ import annotations

from datetime import date, datetime

from hub.kernel.events import Event


class TechnicianPut(Event, name="team.technician_put"):
    technician_id: str


class ShiftPut(Event, name="team.shift_put"):
    shift_id: str
    technician_id: str
    date: date
    start: datetime
    end: datetime


class ShiftRemoved(Event, name="team.shift_removed"):
    shift_id: str
    technician_id: str
    date: date


class TechnicianSick(Event, name="team.technician_sick"):
    absence_id: str
    technician_id: str
    start: datetime
    until: datetime | None


class LeaveNoted(Event, name="team.leave_noted"):
    absence_id: str
    technician_id: str
    start: datetime
    until: datetime


class AbsenceEnded(Event, name="team.absence_ended"):
    absence_id: str
    technician_id: str


class BreakStarted(Event, name="team.break_started"):
    absence_id: str
    technician_id: str


class BreakEnded(Event, name="team.break_ended"):
    absence_id: str
    technician_id: str


class TurnTaken(Event, name="team.turn_taken"):
    technician_id: str
    date: date
    turns_taken: int


class TurnReturned(Event, name="team.turn_returned"):
    """Somebody else does the service for which she had taken one."""

    technician_id: str
    date: date
    turns_taken: int
