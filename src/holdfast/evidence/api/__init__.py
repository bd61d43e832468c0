"""What programs ask of the evidence room."""
