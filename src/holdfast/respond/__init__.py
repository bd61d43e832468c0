"""The room of an incident: declared, scoped, contained on paper, communicated, recovered, closed."""
