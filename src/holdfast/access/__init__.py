"""Who may: people, roles, tokens, sessions, and the record of what was denied."""
