"""`holdfast check`, `measure` and `gate`: they translate, and compute nothing."""
