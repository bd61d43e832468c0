"""The commands `holdfast ledger ...`."""
