"""Facts of the stations."""

from __future__ import annotations

from datetime import datetime

from hub.kernel.events import Event


class PlacePut(Event, name="stations.place_put"):
    place_id: str
    kind_before: str | None = None
    """Of a place that was of another kind."""


class PlaceClosed(Event, name="stations.place_closed"):
    closure_id: str
    place_id: str
    start: datetime
    until: datetime | None


class PlaceReopened(Event, name="stations.place_reopened"):
    place_id: str


class PlaceDirty(Event, name="stations.place_dirty"):
    place_id: str


class CleaningStarted(Event, name="stations.cleaning_started"):
    place_id: str


class PlaceClean(Event, name="stations.place_clean"):
    place_id: str
