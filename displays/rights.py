"""Which buttons of the desk and of a tablet the looker has at all: those whose command this store lets them send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from displays.security.looking import may_send
from hub.gateway.screens import Reading

Action = TypeVar("Action", bound=str)

SENDS: dict[str, str] = {
    "check_in": "visits.check_in",
    "late": "visits.report_late",
    "no_show": "visits.no_show",
    "reverse_no_show": "visits.reverse_no_show",
    "call": "visits.call_customer",
    "recall": "visits.recall_customer",
    "enter": "visits.enter_room",
    "pause": "visits.pause",
    "resume": "visits.resume",
    "add_service": "visits.add_service",
    "rebook": "bookings.move",
    "cancel": "bookings.cancel",
    "checkout": "visits.send_to_checkout",
    "leave": "visits.leave",
    "confirm": "forms.confirm",
    "sign": "forms.sign",
    "waive": "forms.waive",
    "start": "visits.start_service",
    "finish_phase": "visits.finish_phase",
    "finish": "visits.finish_service",
    "extend": "visits.extend",
    "remind": "visits.ask_help",
    "help": "visits.ask_help",
    "talk": "visits.record_consultation",
    "change_technician": "visits.change_technician",
    "change_place": "visits.change_place",
    "move": "planning.move_item",
    "pin": "planning.pin",
    "unpin": "planning.unpin",
    "sick": "team.report_sick",
    "back": "team.end_absence",
    "break": "team.start_break",
    "end_break": "team.end_break",
    "close": "stations.close_place",
    "reopen": "stations.reopen_place",
    "dirty": "stations.mark_dirty",
    "start_cleaning": "stations.start_cleaning",
    "clean": "stations.mark_clean",
}
"""The command behind each button."""


class Rights:
    """What one looker may do, asked once for a whole view."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._open = frozenset(action for action, command in SENDS.items() if self.may_send(command))

    def may_send(self, command: str) -> bool:
        return may_send(self._reading, command)

    def of(self, actions: Iterable[Action]) -> list[Action]:
        return [action for action in actions if action in self._open]
