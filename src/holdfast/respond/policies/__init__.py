"""What the room asks for when something has happened."""
