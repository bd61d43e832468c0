"""The safe expression language of plans: parsed to a small tree that each engine translates."""
