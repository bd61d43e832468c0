"""`holdfast check` and `holdfast measure`: they translate, and compute nothing."""
