"""Evidence as it is kept: what was measured here, what other tools measured, what people sign."""
