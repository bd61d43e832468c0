"""What the vault knows, pure: names, media types, views with covers, and the chain of custody."""
