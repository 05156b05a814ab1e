"""The log in plain words, and whether it still says what happened."""
