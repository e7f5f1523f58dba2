"""Authentication-Results fields, read by their grammar (RFC 8601); what does not fit is nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 20_000  # characters; a longer field is refused, as no server writes it
_MOST_RESULTS = 100
_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<mark>[;=])|(?P<word>[^\s;="()]+)|(?P<space>\s+)'
)
_METHOD = re.compile(r"^([a-z][a-z0-9-]{0,40})(?:/\d{1,3})?$")
_PROPERTY = re.compile(r"^([a-z][a-z0-9-]{0,40})\.([a-z][a-z0-9_-]{0,60})$")


@dataclass(frozen=True, slots=True)
class Result:
    """One method's verdict, all in lower case but the property values."""

    method: str
    verdict: str
    properties: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str | None:
        """The property (`header.d`, …); None where it is missing or said twice differently."""
        values = {value for key, value in self.properties if key == name}
        return values.pop() if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class AuthResults:
    authserv_id: str
    results: tuple[Result, ...]


class _Unreadable(Exception):
    pass


def authserv_id(field: str) -> str | None:
    """Who signs the field, also where the rest of it can't be read."""
    try:
        tokens = _tokens(field)
    except _Unreadable:
        return None
    return tokens[0][1].lower() if tokens and tokens[0][0] == "text" else None


def parse_auth_results(field: str) -> AuthResults | None:
    """Reads one unfolded field; None where it breaks the grammar anywhere."""
    try:
        return _parse(_tokens(field))
    except _Unreadable:
        return None


def _tokens(field: str) -> list[tuple[str, str]]:
    """`("text", …)` and `("mark", ";" or "=")`; comments are gone."""
    field = field.replace("\t", " ")
    if len(field) > _LONGEST or not field.isprintable():
        raise _Unreadable
    field = _without_comments(field)
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(field):
        match = _TOKEN.match(field, position)
        if match is None:
            raise _Unreadable
        position = match.end()
        if match.lastgroup == "quoted":
            tokens.append(("text", re.sub(r"\\(.)", r"\1", match.group("quoted"))))
        elif match.lastgroup != "space":
            kind = "mark" if match.lastgroup == "mark" else "text"
            tokens.append((kind, match.group()))
    return tokens


def _without_comments(field: str) -> str:
    """Comments nest and hide quotes; a quoted string hides parentheses."""
    out: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in field:
        if escaped:
            escaped = False
            if not depth:
                out.append(letter)
            continue
        if letter == "\\" and (depth or quoted):
            escaped = True
            if not depth:
                out.append(letter)
            continue
        if letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
            out.append(" ")
            continue
        elif letter == ")" and not quoted:
            depth -= 1
            if depth < 0:
                raise _Unreadable
            continue
        if not depth:
            out.append(letter)
    if depth or quoted:
        raise _Unreadable
    return "".join(out)


def _parse(tokens: list[tuple[str, str]]) -> AuthResults:
    clauses: list[list[tuple[str, str]]] = [[]]
    for token in tokens:
        if token == ("mark", ";"):
            clauses.append([])
        else:
            clauses[-1].append(token)
    head = clauses[0]
    if not head or head[0][0] != "text" or len(head) > 2:
        raise _Unreadable
    if len(head) == 2 and head[1] != ("text", "1"):  # the version of RFC 8601
        raise _Unreadable
    if len(clauses) > _MOST_RESULTS:
        raise _Unreadable
    results = [_result(clause) for clause in clauses[1:] if clause and not _none(clause)]
    return AuthResults(head[0][1].lower(), tuple(results))


def _none(clause: list[tuple[str, str]]) -> bool:
    return len(clause) == 1 and clause[0][1].lower() == "none"


def _result(clause: list[tuple[str, str]]) -> Result:
    """`method=verdict` and then `name=value` pairs, without anything else."""
    pairs: list[tuple[str, str]] = []
    for start in range(0, len(clause), 3):
        triple = clause[start : start + 3]
        if [kind for kind, _ in triple] != ["text", "mark", "text"]:
            raise _Unreadable
        pairs.append((triple[0][1].lower(), triple[2][1]))
    method = _METHOD.match(pairs[0][0])
    if method is None:
        raise _Unreadable
    properties = []
    for name, value in pairs[1:]:
        if name != "reason" and _PROPERTY.match(name) is None:
            raise _Unreadable
        properties.append((name, value))
    return Result(method.group(1), pairs[0][1].lower(), tuple(properties))
