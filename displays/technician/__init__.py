"""The technician's tablet: one thumb, now and next."""

from displays.technician.screen import screen

__all__ = ["screen"]
