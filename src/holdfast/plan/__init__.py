"""Intent: the plan that people keep in their repository."""
