"""The database's versions, from the first table on: `run` brings a store up to date, `python -m hub.migrations` writes one.

A version that has been released is never edited: a change is a new one. What a plain constraint cannot say (see
`kernel.guards`) is repeated here word for word; a test compares a migrated database with one made from the tables themselves.
"""
