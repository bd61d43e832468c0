"""Mergeable states: what an engine returns and windows roll up. Frozen, with `zero` and `merge`.

Merging is associative and commutative, and zero is neutral, also zero with zero (tests/laws). Array fields are
numpy float64 or int64, never written to after construction. `to_json` / `from_json` carry a state through the ledger.
"""
