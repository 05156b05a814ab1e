"""Visits: what customers and technicians really did today, from the arrival to the door.

It owns visits, the phases that run or ran with their real times, calls, lateness announced, and requests for help. It does not
own what was asked for (bookings), what is planned (planning) nor what is paid (check-out).
"""
