"""An incident: its state, folded from its facts."""
