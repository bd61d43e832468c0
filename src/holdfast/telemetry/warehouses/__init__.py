"""Records in somebody's own database or cluster: PostgreSQL, ClickHouse, Spark."""
