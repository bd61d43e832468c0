"""People and tokens from the command line."""
