"""How the counter and the process that reads mails tell one message from the next.

In a file of its own: who reads needs nothing else of what the counter loads.
"""

from __future__ import annotations

import pickle
import struct

FRAME = struct.Struct(">Q")  # the length before each pickled message, both ways
#: Tells the process at its start that it will have to understand what it reads.
WILL_HEAR = "will-hear"


def framed(message: object) -> bytes:
    """A message with its length before it."""
    pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return FRAME.pack(len(pickled)) + pickled
