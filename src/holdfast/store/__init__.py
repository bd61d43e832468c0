"""What changes and is no fact: names, sessions, sealed texts, timers, deliveries; in SQLite or PostgreSQL."""
