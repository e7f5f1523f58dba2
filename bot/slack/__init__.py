"""Slack: the living card of a request, what is pressed on it, and what is said in its thread."""
