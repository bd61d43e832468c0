"""Statistics: mergeable states and pure functions that turn them into values, intervals and verdicts."""
