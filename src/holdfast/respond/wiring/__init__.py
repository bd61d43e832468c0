"""What the app mounts of the respond room, one file a subject: the room itself, and what the worker does."""
