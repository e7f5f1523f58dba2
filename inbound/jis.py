"""ISO-2022-JP as it is really sent: vendor rows, half-width kana, no closing escape.

The standard codec follows RFC 1468 and refuses a whole body for one circled digit. Mailers send
what Windows calls CP50220/50221: JIS X 0208 with the NEC and IBM rows, JIS X 0201 kana after
`ESC ( I` or SO, and often no escape back to ASCII. Pairs are turned into their Shift_JIS form,
because Windows-31J knows all those rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPE = re.compile(
    rb"\x1b(?:\$\([@BCDOPQ]|\$\)C|\$[@AB]|\([BHIJ]|&@\x1b\$B|\.[AF])|\x0e|\x0f|[\r\n]+"
)
_MISSING = "\u3013"  # the geta mark, which Japanese print sets for a letter it lacks


def looks_like_jis(data: bytes) -> bool:
    """Whether `data` holds an escape that only Japanese (or ISO-2022) mail uses."""
    return b"\x1b$" in data or b"\x1b(I" in data or b"\x1b(J" in data


def decode_jis(data: bytes) -> str:
    """Reads ISO-2022-JP, -1, -2, -3, -2004 and CP50220/50221; what nobody knows becomes `〓`."""
    out: list[str] = []
    state: Callable[[bytes], str] = _ascii
    shifted_from: Callable[[bytes], str] = _ascii
    position = 0
    for escape in _ESCAPE.finditer(data):
        out.append(state(data[position : escape.start()]))
        position, mark = escape.end(), escape.group()
        if mark == b"\x0e":
            shifted_from, state = state, _kana
        elif mark == b"\x0f":
            state = shifted_from
        elif mark[:1] in b"\r\n":
            out.append(mark.decode("ascii"))
            state = _ascii  # RFC 1468: every line begins in ASCII
        else:
            state = _STATES.get(mark, _ascii)
    out.append(state(data[position:]))
    return "".join(out)


def _ascii(run: bytes) -> str:
    if run.isascii():
        return run.decode("ascii")
    # 8-bit bytes beside JIS: half-width kana of old mailers.
    return run.decode("cp932", "replace")


def _kana(run: bytes) -> str:
    return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in run).decode(
        "cp932", "replace"
    )


def _pairs(codec: str, prefix: bytes = b"") -> Callable[[bytes], str]:
    """A reader of two-byte rows by the EUC form of another codec."""

    def read(run: bytes) -> str:
        text = []
        for start in range(0, len(run) - 1, 2):
            pair = bytes(byte | 0x80 for byte in run[start : start + 2])
            text.append((prefix + pair).decode(codec, "replace").replace("\ufffd", _MISSING))
        return "".join(text)

    return read


def _kanji(run: bytes) -> str:
    """JIS X 0208 with the NEC and IBM rows, through Windows-31J."""
    shifted = bytearray()
    position, end = 0, len(run) - 1
    while position < end:
        first, second = run[position] & 0x7F, run[position + 1] & 0x7F
        if first < 0x21 or second < 0x21:  # a blank or control inside the run
            shifted.append(run[position])
            position += 1
            continue
        shifted.append(((first - 0x21) >> 1) + (0x81 if first < 0x5F else 0xC1))
        if first & 1:
            shifted.append(second + (0x1F if second < 0x60 else 0x20))
        else:
            shifted.append(second + 0x7E)
        position += 2
    return shifted.decode("cp932", "replace").replace("\ufffd", _MISSING)


_STATES: dict[bytes, Callable[[bytes], str]] = {
    b"\x1b(I": _kana,
    b"\x1b$@": _kanji,
    b"\x1b$B": _kanji,
    b"\x1b$(@": _kanji,
    b"\x1b$(B": _kanji,
    b"\x1b&@\x1b$B": _kanji,
    b"\x1b$(D": _pairs("euc_jp", b"\x8f"),
    b"\x1b$(O": _pairs("euc_jisx0213"),
    b"\x1b$(P": _pairs("euc_jisx0213", b"\x8f"),
    b"\x1b$(Q": _pairs("euc_jis_2004"),
    b"\x1b$(C": _pairs("euc_kr"),
    b"\x1b$A": _pairs("gb2312"),
}
