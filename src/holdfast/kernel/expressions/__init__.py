"""The safe expression language of plans: parsed to a small tree that engines translate and the guard gets as JSON."""
