"""Immutable results with provenance."""
