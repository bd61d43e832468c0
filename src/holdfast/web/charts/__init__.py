"""Pictures as inline SVG, built by hand from figures: no script, and the page's own colours."""
