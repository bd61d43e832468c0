"""Incidents as programs read them: the promise of the API and of `--json`."""
