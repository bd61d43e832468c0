"""Pictures for pages and notebooks, as Altair charts: over time, against a reference, by subgroup."""
