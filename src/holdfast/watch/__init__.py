"""What is watched: the states of a plan's metrics, kept up to date window by window."""
