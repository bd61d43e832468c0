"""What the respond room knows, pure."""
