"""What a plan asks to be watched."""
