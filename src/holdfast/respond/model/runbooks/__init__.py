"""Runbooks: their format, the library, their lint, and a run of one inside an incident."""
