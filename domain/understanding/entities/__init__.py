"""Own grammars for what a message names: numbers, addresses, people, dates."""
