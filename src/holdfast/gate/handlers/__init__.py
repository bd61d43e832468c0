"""Load, decide, append: from a plan to recorded decisions."""
