"""The smallest domain with a row: a line of chalk on a slate that every screen shows."""
