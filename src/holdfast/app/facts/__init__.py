"""The ledger browser: what exactly was recorded."""
