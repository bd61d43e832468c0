"""What a serving process imports to obey Holdfast's levers; it loads nothing but Python's own library."""
