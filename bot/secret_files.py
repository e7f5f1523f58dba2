"""Secrets that stand in files of their own, as container platforms hand them out."""

from __future__ import annotations

from pathlib import Path

#: Where such a file may be, for the line that a wrong one gets.
EXAMPLE = "/run/secrets/imap_password"


def read_secret(file: object) -> str:
    """What stands in the file, without the space around it.

    Raises:
        ValueError: it cannot be read; says why, and repeats nothing of it.
    """
    try:
        # Some editors put a mark before the text, which is no part of any secret.
        return Path(str(file)).read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise ValueError(f"cannot read the file ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ValueError("the file is not UTF-8 text") from None
    except ValueError:  # a NUL in its name
        raise ValueError("is not the name of a file") from None
