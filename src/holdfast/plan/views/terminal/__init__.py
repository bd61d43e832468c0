"""The views in a terminal: the summary first, at most 100 columns, colour only beside a word."""
