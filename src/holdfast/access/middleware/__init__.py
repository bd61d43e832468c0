"""What stands before every request: who asks, from where, for whom."""
