"""`madoguchi understand`: what a message means, as a line of JSON or explained."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from domain.understanding import Engine, Understanding, load_engine


def understand(
    text: Annotated[
        str | None, typer.Argument(help="The message; without it JSON lines are read from stdin.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="en or ja, where the text itself does not tell.")
    ] = None,
    channel: Annotated[str, typer.Option(help="chat or email.")] = "chat",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON value a message and nothing else.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show clauses, what spoke for them, and scores.")
    ] = False,
) -> None:
    """Say what a customer's message means.

    Example: madoguchi understand "please call me about the RC-1234 tomorrow" --explain
    """
    engine = load_engine()
    if text is None:
        _answer_lines(engine, explain)
        return
    found = engine.understand(text, locale=locale, channel=channel, explain=explain)
    _say(_as_line(None, found) if as_json else as_text(found))


def as_row(key: object, found: Understanding) -> dict[str, Any]:
    """The answer as the interface names it; `key` is the id of the line, if it came with one."""
    row: dict[str, Any] = {} if key is None else {"id": key}
    row["locale"] = found.locale
    row["intents"] = [{"name": i.name, "confidence": i.confidence} for i in found.intents]
    row["entities"] = dict(found.entities)
    if found.explanation:
        row["explanation"] = found.explanation
    return row


def as_text(found: Understanding) -> str:
    """A few lines for a person at a terminal."""
    lines = [f"{i.name:18}{i.confidence:.2f}" for i in found.intents]
    lines += [f"  {name}: {value}" for name, value in found.entities.items()]
    lines.append(f"  ({found.locale}, {found.band})")
    for clause in found.explanation.get("clauses", ()):  # type: ignore[attr-defined]  # made by the engine as a list
        lines.append(f"- {clause['text']!r} read as {clause['read as']!r}: {clause['intent']}")
        lines.append("    scores " + ", ".join(f"{n} {p:.2f}" for n, p in clause["scores"].items()))
        lines.append("    hits   " + ", ".join(f"{n!r} {w:+.2f}" for n, w in clause["hits"]))
    return "\n".join(lines)


def _as_line(key: object, found: Understanding) -> str:
    return json.dumps(as_row(key, found), ensure_ascii=False)


def _say(answer: str) -> None:
    # Half a surrogate pair, which JSON can carry, has no bytes of its own.
    sys.stdout.write(answer.encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


def _answer_lines(engine: Engine, explain: bool) -> None:
    bad = False
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            found = engine.understand(
                asked["text"],
                locale=asked.get("locale"),
                channel=asked.get("channel") or "chat",
                explain=explain,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            bad = True
            sys.stderr.write(f"line {number}: not a JSON object with a text\n")
            continue
        _say(_as_line(asked.get("id"), found))
    if bad:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(understand)
