"""What the alarms publish: ids, rules and counts."""

from __future__ import annotations

from hub.kernel.events import Event


class AlarmRaised(Event, name="alarms.alarm_raised"):
    """`subject` is the account, device or customer whose behaviour is odd; empty where it is the store's."""

    alarm_id: str
    rule: str
    subject: str
    count: int
    minutes: int


class AlarmClosed(Event, name="alarms.alarm_closed"):
    alarm_id: str


class ThresholdSet(Event, name="alarms.threshold_set"):
    rule: str
    is_on: bool
    count: int
    minutes: int
