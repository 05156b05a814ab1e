"""Stations: the rooms and chairs (房态).

It owns places, whether they are clean, and closures. It does not own who sits there (visits), who will (bookings), nor which
kinds of place exist (catalog).
"""
