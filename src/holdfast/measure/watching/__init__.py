"""Watching without end: detectors whose false alarms keep a budget in time, however often one looks."""
