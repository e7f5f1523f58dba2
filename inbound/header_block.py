"""The header block over an earlier mail: From/Sent/To/Subject in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbound import reply_patterns as words
from inbound.attribution import ADDRESS
from inbound.remembering import remembered

_CATEGORY = {label: category for category, labels in words.LABELS.items() for label in labels}
_LABEL = re.compile(
    r"^[ \t\xa0\u3000>*_|\-–・■●◆【\[]{0,12}"
    r"([^\s:：*_\]】>][^:：\n]{0,30}?)[\s*_\]】]{0,6}[:：][\s*_]*(.*)$"
)
_STRANGE = re.compile(r"^[^\s\d:：<>@/][^\d:：<>@/]{0,18}[:：](?!//)[ \t\u3000]*\S")
_INLINE_LABEL = re.compile(r"(?:^|\s)\**([^\W\d_]{1,15}(?: [^\W\d_]{1,12})?)\**\s?[:：]")
_DATE_TIME = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_CLOCK = re.compile(r"(?<![\d.])\d{1,2}[:.h][0-5]\d(?![\d.])|\d時")
_DIVIDERS = re.compile(
    "|".join(sorted((re.escape(one) for one in words.DIVIDERS), key=len, reverse=True)),
    re.IGNORECASE,
)
_LINES = "-_=*#~+‐‑‒—–―─━ー・＝－＿＊～"
_OPENERS, _CLOSERS = frozenset(_LINES + "<＜《【[［"), frozenset(_LINES + ">＞》】]］")
_BEFORE = "".join(_OPENERS) + " \t\u3000>"
_FIRST = frozenset(_BEFORE)
_AFTER = "".join(_CLOSERS) + " \t\u3000:："
_NAKED_DIVIDER = re.compile(
    r"^(?:reply|original|forwarded) message(?: processed by .{1,40})?$", re.IGNORECASE
)
_FORWARD = re.compile(
    r"^[\s>*_-]*(?:" + "|".join(map(re.escape, words.FORWARDS)) + r")\s*[:：]?[\s*_-]*$",
    re.IGNORECASE,
)
_REACH = 14  # lines that a block may have with its folded values


@remembered
def label(line: str) -> tuple[str, str] | None:
    """Which header a line is (`from`, `date`, …) and its value; None if it is none."""
    if ":" not in line and "：" not in line:
        return None
    match = _LABEL.match(line[:400])
    if match is None:
        return None
    name = match.group(1).strip().lower()
    category = _CATEGORY.get(name)
    if category is None and not name.isascii():
        category = _CATEGORY.get("".join(name.split()))  # Japanese labels are spread: 件　　名
    return (category, match.group(2).strip()) if category else None


@remembered
def is_divider(line: str) -> bool:
    """A line such as `-----Original Message-----` or `Begin forwarded message:`."""
    if len(line) > 160:
        return False
    if is_angled(line):
        return True
    title = _title(line)
    if title is not None and len(title) < 60 and _DIVIDERS.search(title):
        return True
    return _FORWARD.match(line) is not None or _NAKED_DIVIDER.match(line) is not None


def is_angled(line: str) -> bool:
    """`>>> Mina Berg 12.02.2026 09:30 >>>`: one mailer's line over an unmarked quotation."""
    return (
        line.startswith(">>> ")
        and line.endswith(" >>>")
        and len(line) <= 160
        and _DATE_TIME.search(line) is not None
        and _CLOCK.search(line) is not None
    )


def _title(line: str) -> str | None:
    """What stands between the dashes or brackets of a line; None where they don't frame it."""
    if not line or line[0] not in _FIRST:
        return None
    rest = line.lstrip(_BEFORE)
    title = rest.rstrip(_AFTER)
    before, after = line[: len(line) - len(rest)], rest[len(title) :]
    framed = not _OPENERS.isdisjoint(before) and not _CLOSERS.isdisjoint(after)
    return title if framed and 3 <= len(title) <= 100 else None


def block_end(lines: Sequence[str], index: int) -> int:
    """Where the header block that begins at `index` ends: after its last label."""
    end, misses = index + 1, 0
    for at in range(index + 1, min(index + _REACH, len(lines))):
        if label(lines[at]) is not None:
            end, misses = at + 1, 0
        else:
            misses += 1
            if misses > 2:
                break
    return end


def is_framed(line: str) -> bool:
    """A title between dashes, whatever it says: only told apart by what stands below it."""
    return len(line) <= 100 and line.startswith(("--", "__", "==")) and _title(line) is not None


def is_header_block(lines: Sequence[str], index: int) -> bool:
    """Whether an earlier mail's header begins at `index`.

    A list with places and dates looks alike, so an address, a subject or a full date is asked for.
    """
    first = label(lines[index])
    if first is None or first[0] == "other":
        return False
    if first[0] in ("from", "date") and _all_in_one(lines[index]):
        return True
    found, texts = _labels(lines, index, first)
    if first[0] == "from" and ADDRESS.search(first[1]) and _standing_alone(lines, index, first[1]):
        return True
    if _is_form(lines, index):
        return False
    whole = " ".join(texts)
    sure = ADDRESS.search(whole) is not None
    dated = "date" in found and _DATE_TIME.search(whole) is not None
    if not sure:
        dated = dated and _CLOCK.search(whole) is not None  # else a delivery's way looks alike
    if len(found) >= 3:
        return sure or ("from" in found and ("subject" in found or dated))
    if len(found) == 2:
        with_from = "from" in found and ("subject" in found or (dated and "date" in found))
        return with_from or (sure and dated and first[0] == "date")
    return False


def _labels(lines: Sequence[str], index: int, first: tuple[str, str]) -> tuple[set[str], list[str]]:
    found, texts, misses = {first[0]}, [first[1]], 0
    for at in range(index + 1, min(index + _REACH, len(lines))):
        entry = label(lines[at])
        if entry is None:
            misses += 1
            if misses > 2:
                break
            texts.append(lines[at])
            continue
        misses = 0
        found.add(entry[0])
        texts.append(entry[1])
    found.discard("other")
    return found, texts


def _is_form(lines: Sequence[str], index: int) -> bool:
    """Whether labels that no mailer writes (`Quantity:`) stand in the same run of lines, and no
    address stands beside those that it does write: a form that somebody filled."""
    strange, addressed = False, False
    for at in range(index, min(index + _REACH, len(lines))):
        line = lines[at]
        if not line:
            break
        if label(line) is not None or _STRANGE.match(line) is None:
            addressed = addressed or ADDRESS.search(line) is not None
        else:
            strange = True
    return strange and not addressed


def _all_in_one(line: str) -> bool:
    """All headers in one line, as is left of HTML whose breaks were lost."""
    head = line[:1_000]
    categories = {_inline_category(name) for name in _INLINE_LABEL.findall(head)}
    if {"from", "to"} <= categories and categories & {"date", "subject"}:
        return True
    dated = _DATE_TIME.search(head) is not None and _CLOCK.search(head) is not None
    return {"from", "date"} <= categories and dated and ADDRESS.search(head) is not None


def _inline_category(name: str) -> str | None:
    """Two words before a colon may be a label and the end of the value before it."""
    name = name.strip().lower()
    return _CATEGORY.get(name) or _CATEGORY.get(name.rpartition(" ")[2])


def _standing_alone(lines: Sequence[str], index: int, value: str) -> bool:
    """`From: Name <a@b>` under a blank line. A bare address may be one that a customer tells us."""
    above = lines[index - 1] if index else ""
    return not above and value.endswith((">", "]")) and not value.startswith("<")
