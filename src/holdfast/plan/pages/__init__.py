"""The plan as pages: Markdown and HTML that read the views and compute nothing."""
