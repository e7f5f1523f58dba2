"""Looks whether everything that the counter rests on is well, and says what to do where not."""
