"""What the counter answers: a pure policy over conversation, message and facts."""
