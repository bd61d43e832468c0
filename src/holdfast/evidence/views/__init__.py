"""Queries of the evidence room, and how foreign files are opened."""
