"""Backups: made while the hub runs, sealed to a key that it does not have, tried every day by restoring one.

It owns the files, their keys, and what is on record about them. It does not own the store's rows, and restoring is done from
the command line with the hub at rest.
"""
