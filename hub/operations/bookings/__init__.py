"""Bookings: who wants what, when, and what has been set aside for it.

It owns customers, bookings with their services, planned occupancy (assignments), holds and the signed links to a visit. It does
not own what happens on the day (visits), nor who decides where a booking fits (planning, through the port `SlotFinder`).
"""
