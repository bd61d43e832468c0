"""Holdfast keeps AI systems safe to run: one plan, from the release gate to the drill."""
