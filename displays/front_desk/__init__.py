"""The front desk: the whole day on one clock, what needs a hand first, and everything that the desk may do about it.

One file a screen: `day` (the desk itself), `offers` (what can be booked), `slots` (really free starts), `people` (customers
found by name or number), `record` (who changed what of a booking), `what_if` and `why_not` (what a change would do, before it
is made). Full names and the tail of a phone number stay here.
"""
