"""The plan's format: typed models by subject, and the way from YAML text to them."""
