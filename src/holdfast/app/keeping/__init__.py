"""Backups of a workspace, and what is made of them."""
