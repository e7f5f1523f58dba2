"""What runs: desk, web, Slack, delivery, command line."""
