"""Release verdicts."""
