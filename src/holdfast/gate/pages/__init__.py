"""The report of a check as people read it: one HTML file, and Markdown for summaries and mail."""
