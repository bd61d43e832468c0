"""The server: what the rooms mount, put together as one HTTP application."""
