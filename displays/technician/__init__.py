"""The technician's tablet: one thumb, now and next; `add_ons` is what more a customer could have now."""

from displays.technician import add_ons
from displays.technician.screen import screen

__all__ = ["add_ons", "screen"]
