"""The languages that the counter speaks."""

from __future__ import annotations

LOCALES = ("en", "ja")


def known_locale(locale: str | None) -> str:
    """The one of our locales that serves `locale` (`ja-JP` gives `ja`), English else."""
    if locale in LOCALES:
        return locale
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LOCALES else "en"
