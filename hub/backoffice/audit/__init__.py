"""Whether the log still says what happened: the chain walked row by row, and signed anchors outside the database.

It owns the anchors and the results of checks. It does not own the log, which is the kernel's, and shows nothing.
"""
