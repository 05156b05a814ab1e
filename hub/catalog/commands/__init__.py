"""What may be asked of the catalog; one file per topic, one book."""

from hub.catalog.commands.book import commands
from hub.catalog.commands.offering import PRICE_MINOR_MAX, SetBusinessDay, SetOpeningHours
from hub.catalog.commands.wording import DropWording, PutWording

__all__ = ["PRICE_MINOR_MAX", "DropWording", "PutWording", "SetBusinessDay", "SetOpeningHours", "commands"]
