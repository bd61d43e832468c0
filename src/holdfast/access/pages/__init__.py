"""Pages for people: signing in, the account, people and tokens."""
