"""The shapes that the store has had, one revision each, in a line."""
