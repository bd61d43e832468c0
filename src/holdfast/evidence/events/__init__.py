"""The facts of the evidence room."""
