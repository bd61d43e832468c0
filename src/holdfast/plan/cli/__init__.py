"""The plan on the command line: each command translates, and computes nothing."""
