"""Load, decide, append: results, attestations."""
