"""Moving a store from SQLite to PostgreSQL."""
