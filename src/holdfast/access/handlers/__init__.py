"""What access does: load, decide, append; and what opens and shuts the door."""
