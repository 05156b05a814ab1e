"""Mechanism without a salon word: the door, the log, the database, the clock. It owns no fact about salons."""
