"""Moving a store from SQLite to PostgreSQL: every row as it was, all or nothing. Knows no domain."""
