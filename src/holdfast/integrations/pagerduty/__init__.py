"""PagerDuty: events out, webhooks in."""
