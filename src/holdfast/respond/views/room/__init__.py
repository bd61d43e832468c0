"""What the page of an incident shows."""
