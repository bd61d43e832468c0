"""Reading a plan from disk, and what people and upper rooms see of it."""
