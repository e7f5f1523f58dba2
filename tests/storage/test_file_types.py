"""What a file is, is told by its first bytes."""

from __future__ import annotations

from storage.file_types import type_of


def test_markup_is_known_behind_blanks_and_comments() -> None:
    assert type_of(b"\n <?xml version='1.0'?>\n<!-- a --> <!-- b -->\n<svg>") == "image/svg+xml"
    assert type_of(b"<!-- a --><!DOCTYPE html>") == "text/html"
    assert type_of(b"<!-- a <html> -->two boxes") == "text/plain"


def test_comments_without_an_end_to_them_are_looked_through_once() -> None:
    # Tried in every way that they can follow each other, thirty would take a day.
    assert type_of(b"<!---->" * 585 + b"x") == "text/plain"
