"""Forms: what customers have signed before a service that asks for it.

It owns signatures, agreements by holding, and what the desk has waved through. It does not own the words (catalog), whom they
are asked of (bookings), nor what waits for them (visits).
"""
