"""`holdfast rollup`: commands."""
