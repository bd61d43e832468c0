"""Pictures as inline SVG, built by hand from figures: they need no script and take their colours from the page."""
