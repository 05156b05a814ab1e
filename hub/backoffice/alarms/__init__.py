"""Odd behaviour, seen in the log: rules over a window of facts, alarms that a manager closes with a note, thresholds to set.

It owns alarms and thresholds. It blocks nobody: throttles and caps, which do, are identity's and the bookings'.
"""
