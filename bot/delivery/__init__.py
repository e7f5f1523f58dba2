"""Delivery: sends what the outbox owes, by mail and to Slack."""
