"""Short ids that people read aloud, and where they may come from."""

from __future__ import annotations

from collections.abc import Callable

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V pairs: one of each look-alike stays.
ALPHABET = "3467ACDEFGHJKMNPQRTWXY9"

_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))

#: Gives that many random bytes; `secrets.token_bytes` outside tests.
RandomBytes = Callable[[int], bytes]


def short_id(prefix: str, length: int, random_bytes: RandomBytes) -> str:
    """A readable random id such as `R-7K3QM4`, `length` characters behind the prefix.

    The bias of taking a byte modulo 23 is below one in twenty and harmless here: such an id
    opens nothing by itself.
    """
    letters = random_bytes(length).translate(_LETTERS).decode("ascii")
    return f"{prefix}-{letters}"
