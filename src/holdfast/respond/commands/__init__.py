"""What may be asked of the respond room, one file a subject."""
