"""How a gate is decided: its history of looks, its criterion, the decision; pure."""
