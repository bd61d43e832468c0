"""Notification duties: whom to tell by when, and why the others need not be told."""
