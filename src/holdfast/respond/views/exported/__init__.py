"""The export of an incident: a zip file that anybody can verify, and the incident as a report."""
