"""What the room needs of its outside."""
