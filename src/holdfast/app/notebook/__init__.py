"""A plan and what is measured under it as objects of a notebook: they show themselves."""
