"""The embedded engine: one SQLite file, opened by any number of processes."""
