"""Signed checkpoints: what a ledger held at a moment, to be kept elsewhere and compared."""
