"""The vault: words and files that must not stand in facts, sealed in the store."""
