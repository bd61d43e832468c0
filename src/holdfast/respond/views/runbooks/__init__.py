"""Runbooks as they are found, shown and printed."""
