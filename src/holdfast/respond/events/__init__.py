"""The facts of the respond room, one file a subject."""
