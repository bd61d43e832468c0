"""Minute states that are kept, so that a new hour is added without reading the old ones again."""
