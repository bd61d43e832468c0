"""`holdfast evidence ...`: it translates, and computes nothing."""
