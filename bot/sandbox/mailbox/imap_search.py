"""Which mails SEARCH finds (RFC 3501 section 6.4.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser

from bot.sandbox.mailbox.imap_fetch import split
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, number_set, text
from bot.sandbox.mailbox.store import StoredMail

Test = Callable[[int, StoredMail], bool]
_FLAGS = ("SEEN", "ANSWERED", "FLAGGED", "DELETED", "DRAFT", "RECENT")


def matching(tokens: list[Token], view: list[StoredMail]) -> list[tuple[int, StoredMail]]:
    """Sequence number and mail of each hit in `view`. Raises BadSyntax for an unknown key."""
    words = iter(tokens[2:] if tokens and _is(tokens[0], "CHARSET") else tokens)
    tests = list(_tests(words, view))
    return [
        (number, mail)
        for number, mail in enumerate(view, 1)
        if all(test(number, mail) for test in tests)
    ]


def _tests(words: Iterator[Token], view: list[StoredMail]) -> Iterator[Test]:
    for word in words:
        yield _test(word, words, view)


def _next(words: Iterator[Token]) -> Token:
    try:
        return next(words)
    except StopIteration:
        raise BadSyntax("a search key lacks its value") from None


def _test(word: Token, words: Iterator[Token], view: list[StoredMail]) -> Test:
    if isinstance(word, list):
        inner = list(_tests(iter(word), view))
        return lambda number, mail: all(test(number, mail) for test in inner)
    key = text(word).upper()
    if key == "ALL":
        return lambda number, mail: True
    if key == "NOT":
        refused = _test(_next(words), words, view)
        return lambda number, mail: not refused(number, mail)
    if key == "OR":
        one = _test(_next(words), words, view)
        other = _test(_next(words), words, view)
        return lambda number, mail: one(number, mail) or other(number, mail)
    if key == "UID":
        uids = number_set(_next(words), view[-1].uid if view else 0)
        return lambda number, mail: uids(mail.uid)
    if re.fullmatch(r"[\d*][\d:,*]*", key):
        numbers = number_set(word, len(view))
        return lambda number, mail: numbers(number)
    return _about_mail(key, words)


def _about_mail(key: str, words: Iterator[Token]) -> Test:
    if key in _FLAGS or key.removeprefix("UN") in _FLAGS:
        flag, unset = "\\" + key.removeprefix("UN").capitalize(), key.startswith("UN")
        return lambda number, mail: (flag in mail.flags) is not unset
    if key in ("KEYWORD", "UNKEYWORD"):
        keyword = text(_next(words))
        return lambda number, mail: (keyword in mail.flags) is (key == "KEYWORD")
    if key in ("LARGER", "SMALLER"):
        size = int(text(_next(words)))
        return lambda number, mail: (len(mail.raw) - size) * (1 if key == "LARGER" else -1) > 0
    if key in ("SINCE", "BEFORE", "ON"):
        return _by_day(key, text(_next(words)))
    if key == "HEADER":
        return _in_header(text(_next(words)), _words(_next(words)))
    if key in ("FROM", "TO", "CC", "BCC", "SUBJECT"):
        return _in_header(key, _words(_next(words)))
    if key in ("BODY", "TEXT"):
        sought = _next(words)
        needle = b"" if isinstance(sought, list) else sought.lower()
        return lambda number, mail: (
            needle in (mail.raw if key == "TEXT" else split(mail.raw)[1]).lower()
        )
    raise BadSyntax(f"unknown search key {key}")


def _by_day(key: str, word: str) -> Test:
    try:
        day = datetime.strptime(word, "%d-%b-%Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise BadSyntax(f"not a date: {word}") from None
    if key == "SINCE":
        return lambda number, mail: mail.received.date() >= day
    if key == "BEFORE":
        return lambda number, mail: mail.received.date() < day
    return lambda number, mail: mail.received.date() == day


def _words(token: Token) -> str:
    return text(token).encode("latin-1").decode("utf-8", "replace").lower()


def _in_header(name: str, sought: str) -> Test:
    def found(number: int, mail: StoredMail) -> bool:
        parsed = BytesParser(policy=policy.compat32).parsebytes(split(mail.raw)[0])
        return any(sought in _readable(str(value)) for value in parsed.get_all(name, []))

    return found


def _readable(value: str) -> str:
    try:
        return str(make_header(decode_header(value))).lower()
    except (LookupError, ValueError):
        return value.lower()


def _is(token: Token, word: str) -> bool:
    return not isinstance(token, list) and token.upper() == word.encode()
