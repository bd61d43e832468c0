"""What is done when something is asked."""
