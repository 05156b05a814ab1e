"""What the hub is while its store must not be opened: one page with the cause, what to do, and the backups that there are.

It opens nothing for writing and makes nothing, least of all an empty store over one that was there.
"""
