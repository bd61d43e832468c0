"""`holdfast incident ...`: an incident from a terminal, by one person alone if need be."""
