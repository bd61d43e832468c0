"""Messages to others: asked for, on their way, taken or given up."""
