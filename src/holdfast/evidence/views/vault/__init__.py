"""The vault as it is shown: on pages, on a terminal, as JSON."""
