"""Signals: what others saw, and what became of it."""
