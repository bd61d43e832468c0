"""What pages and commands show of people, tokens and sessions."""
