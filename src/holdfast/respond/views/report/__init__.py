"""An incident as a report: gathered once, told as JSON, HTML and PDF."""
