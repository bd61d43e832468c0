"""Updates: one set of facts, told to each audience as it needs it."""
