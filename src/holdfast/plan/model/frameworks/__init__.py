"""Public frameworks as tables of ids and titles, beside this file, each saying where it was read."""
