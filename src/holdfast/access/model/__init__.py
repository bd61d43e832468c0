"""What access knows, pure."""
