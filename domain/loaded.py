"""What a process has loaded once it begins its work."""

from __future__ import annotations

import gc


def keep_what_is_loaded() -> None:
    """Keep the garbage collector off everything that is there by now.

    It stays for good, and looking through it again and again costs a tenth of the work.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
