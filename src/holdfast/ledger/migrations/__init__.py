"""Migrations of the ledger in PostgreSQL, run by Alembic when a ledger is opened."""
