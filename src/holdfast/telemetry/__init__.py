"""Records of what the AI did, and the one grouped query that turns them into states."""
