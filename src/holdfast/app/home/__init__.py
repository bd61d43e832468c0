"""The start page: is anything wrong, and what is due."""
