"""The ledger in PostgreSQL, for teams."""
