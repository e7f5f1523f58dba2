"""Rehearsals: conversations from files, played against the rules, words and catalog of now."""
