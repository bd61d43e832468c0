"""What every room shares: ids, clock, errors, events, verdicts and the expression language."""
