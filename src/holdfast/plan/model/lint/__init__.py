"""The mistakes that plans make: one rule a code, pure functions of what is known of a plan."""
