"""The commands of the floor, one file per topic, one book."""

from hub.operations.visits.commands import (
    agreeing,
    arrivals,
    calls,
    changing,
    closing,
    consulting,
    helping,
    leaving,
    noticing,
    serving,
)
from hub.operations.visits.commands.book import commands

__all__ = [
    "agreeing",
    "arrivals",
    "calls",
    "changing",
    "closing",
    "commands",
    "consulting",
    "helping",
    "leaving",
    "noticing",
    "serving",
]
