"""The rules of the counter: pure, without clock, network or framework."""
