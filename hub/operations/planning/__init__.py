"""Planning: turns the live day into a problem for the solver and its answer into a plan on the floor.

It owns plans, moves with their reasons, promises, and the picture of the live day that screens read. It does not own what
people did (visits) nor what they asked for (bookings).
"""
