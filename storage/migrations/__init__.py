"""The revisions of the schema."""

#: The newest revision; a test compares it with the files.
HEAD = "2026_11_23_no_at"
