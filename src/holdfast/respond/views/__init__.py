"""What is asked of the respond room's facts."""
