"""Waiting list: customers who found no free start, and the gaps that are offered to them one after the other.

It owns who waits for what, the gaps that opened, and the offers made. A gap on offer is kept by an ordinary hold of the
bookings, so no two people can ever be given it. It does not own bookings, nor who decides where one fits (planning, through
the port `SlotFinder`).
"""
