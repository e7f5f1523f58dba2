"""What stands under every mail of a sender: device lines, the signature, the closing formula."""

from __future__ import annotations

from inbound import signature as sign
from inbound.device_lines import is_app_line, is_sent_from
from inbound.reply_reading import SIGNATURE_REACH, Reading

_CLOSING_REACH = 18  # lines from the closing formula to the end


def drop_signature(reading: Reading, sender_name: str) -> None:
    """Drops what signs the mail; `sender_name` as the mail's header gives it, or empty."""
    _drop_device_lines(reading)
    if not _drop_delimited(reading):
        _drop_under_ruler(reading)
    if not (
        _drop_closing(reading) or _drop_titled(reading) or _drop_own_block(reading, sender_name)
    ):
        _drop_dashed_name(reading)
    _drop_frame(reading)


def _drop_device_lines(reading: Reading) -> None:
    for index, line in enumerate(reading.plain):
        if reading.gone[index] or not is_sent_from(line):
            continue
        if is_app_line(line) and reading.new_above(index):
            reading.drop(index, len(reading.lines))
            return
        if reading.new_above(index) or reading.new_below(index + 1):
            reading.gone[index] = True


def _drop_delimited(reading: Reading) -> bool:
    """Below `-- ` to the end. Other dashes count only where a signature follows."""
    tail = reading.tail()
    for index, line in enumerate(reading.plain):
        if reading.gone[index] or reading.fenced[index] or not sign.is_delimiter(line):
            continue
        if reading.new_above(index) and _delimits(reading, index, tail):
            reading.drop(index, len(reading.lines))
            return True
    return False


def _delimits(reading: Reading, index: int, tail: list[int]) -> bool:
    """Whether dashes are the delimiter: `-- ` always, `--` unless a letter follows it."""
    if reading.lines[index].text == "-- ":
        return True
    if reading.plain[index] != "--":
        return _signature_below(reading, index, tail) and not _announced(reading, index)
    return not sign.says_much([reading.plain[at] for at in tail if at > index])


def _drop_under_ruler(reading: Reading) -> None:
    """A ruler with who somebody is below it; a closing ruler may follow."""
    for index in _rulers(reading):
        tail = reading.tail()
        if not reading.new_below(index + 1):
            return  # it closes what stands above it
        if _signature_below(reading, index, tail) or _closed_above(reading, index):
            reading.drop(index, len(reading.lines))
            return


def _rulers(reading: Reading) -> list[int]:
    """The rulers near the end that have something new above them."""
    start = (reading.tail() or [0])[0]
    return [
        at
        for at in range(max(0, start - SIGNATURE_REACH), len(reading.lines))
        if not reading.gone[at]
        and not reading.fenced[at]
        and sign.is_ruler(reading.plain[at])
        and reading.new_above(at)
        and not _announced(reading, at)
    ]


def _announced(reading: Reading, index: int) -> bool:
    """Whether the line above points to what stands under the ruler: `the new address is below`."""
    above = index - 1
    while above > 0 and not reading.plain[above]:
        above -= 1
    return sign.announces(reading.plain[above])


def _closed_above(reading: Reading, index: int) -> bool:
    """`Thanks,` above the ruler and a name with what belongs to it below: whatever then follows
    is printed under every mail of that house."""
    above = index - 1
    while above > 0 and not reading.plain[above]:
        above -= 1
    if not (sign.is_closing(reading.plain[above]) or sign.is_thanks(reading.plain[above])):
        return False
    below = index + 1
    while (
        below < len(reading.lines)
        and reading.plain[below]
        and not sign.is_ruler(reading.plain[below])
    ):
        below += 1
    return sign.looks_like_signature(reading.plain[index + 1 : below], strict=True)


def _signature_below(reading: Reading, index: int, tail: list[int]) -> bool:
    """Whether all that is left below is a signature, or nothing is."""
    if not tail or index < tail[0]:
        return not tail
    below = [reading.plain[at] for at in tail if at > index]
    return not below or sign.looks_like_signature(below)


def _drop_closing(reading: Reading) -> bool:
    """`Regards, Name` at the end, with the lines that belong to the name."""
    left = reading.tail()
    for place in range(len(left) - 1, max(0, len(left) - _CLOSING_REACH), -1):
        line, below = reading.plain[left[place]], [reading.plain[at] for at in left[place + 1 :]]
        closing = sign.is_closing(line)
        if not closing and not (sign.is_thanks(line) and below and sign.is_name(below[0])):
            continue
        if below and not _names(below):
            return False
        while place > 1 and sign.is_closing(reading.plain[left[place - 1]]):
            place -= 1
        reading.drop(left[place], len(reading.lines))
        return True
    return False


def _drop_titled(reading: Reading) -> bool:
    """`Name | Role` as a paragraph's first line, with nothing but a signature from there on."""
    left = reading.tail()
    for place in range(len(left) - 1, max(0, len(left) - 9), -1):
        at = left[place]
        if reading.plain[at - 1] or not sign.is_titled_name(reading.plain[at]):
            continue
        block = [reading.plain[one] for one in left[place:]]
        if reading.plain[left[place - 1]].endswith((":", "：")):
            return False
        if sign.looks_like_signature(block, strict=True):
            reading.drop(at, len(reading.lines))
            return True
    return False


def _drop_own_block(reading: Reading, sender_name: str) -> bool:
    """The sender's own name with how to reach him as the last paragraph, with no sign above it.

    It stays where the text speaks of an address, a number or a change: then it may be the answer.
    """
    left = reading.tail()
    start = len(left) - 1
    while start > 0 and left[start] - left[start - 1] == 1:
        start -= 1
    if start <= 0:
        return False
    block = [reading.plain[at] for at in left[start:]]
    above = [reading.plain[at] for at in left[:start]]
    last = left[-1] + 1  # a device line right below was the name's, and is gone already
    device = reading.gone[last : last + 1] == [True] and is_sent_from(reading.plain[last])
    if not sign.is_own_block(block, sender_name, alone=device) or sign.points_to_contacts(above):
        return False
    reading.drop(left[start], len(reading.lines))
    return True


def _drop_dashed_name(reading: Reading) -> None:
    """`-Name` as the last line, where it can be no item of a list."""
    left = reading.tail()
    if len(left) < 2 or not sign.is_dashed_name(reading.plain[left[-1]]):
        return
    above = reading.plain[left[-2]]
    listed = above.endswith((":", "：")) or above[0] == reading.plain[left[-1]][0]
    if not listed and (left[-1] - left[-2] > 1 or above.endswith((".", "!", "?", "。"))):
        reading.drop(left[-1], len(reading.lines))


def _drop_frame(reading: Reading) -> None:
    """Rulers at the end that framed only what is gone."""
    at = len(reading.lines) - 1
    rulers: list[int] = []
    framed = False
    while at >= 0 and not reading.is_new(at):
        if reading.gone[at]:
            framed = True
        elif reading.plain[at]:
            rulers.append(at)
        at -= 1
    if framed:
        for ruler in rulers:
            reading.gone[ruler] = True


def _names(below: list[str]) -> bool:
    if len(below) <= 3 and all(sign.is_name(line) for line in below):
        return True
    return sign.looks_like_signature(below) and (sign.is_name(below[0]) or len(below) <= 6)
