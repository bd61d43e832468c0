"""Append-only, hash-chained facts."""
