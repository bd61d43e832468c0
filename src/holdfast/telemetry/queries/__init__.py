"""From requests to a query and back: groupings, their SQL in each engine's dialect, and the answers."""
