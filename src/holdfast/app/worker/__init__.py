"""The worker: policies that follow the facts, timers that come due, deliveries to outside."""
