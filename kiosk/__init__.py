"""Self check-in at the door: one conversation per device, held by the hub, with nothing left of it when the customer goes.

Owns what is asked in which order and what a stranger may learn; bookings and visits own what becomes of the answers.
"""
