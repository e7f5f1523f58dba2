"""Every fixture mail is named for what is odd about it; `expected.json` says what to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inbound.mail import InboundMail
from inbound.mime import read_mail

MAILS = Path(__file__).parents[1] / "fixtures" / "mails"
CASES = [
    pytest.param(folder / f"{name}.eml", expected, id=f"{folder.name}/{name}")
    for folder in sorted(path for path in MAILS.iterdir() if path.is_dir())
    for name, expected in json.loads((folder / "expected.json").read_text("utf-8")).items()
]
PLAIN = ("subject", "sender", "sender_name", "claimed_sender", "in_reply_to", "message_id")


@pytest.mark.parametrize(("path", "expected"), CASES)
def test_an_odd_mail_is_read_as_its_sender_meant_it(path: Path, expected: dict[str, Any]) -> None:
    mail = read_mail(path.read_bytes())
    assert mail.error is None
    assert told(mail, expected) == expected


def test_every_fixture_has_its_expectation() -> None:
    files = {path.relative_to(MAILS).with_suffix("").as_posix() for path in MAILS.rglob("*.eml")}
    assert files == {str(case.id) for case in CASES}


def told(mail: InboundMail, expected: dict[str, Any]) -> dict[str, Any]:
    """What the mail says of the things that the expectation names."""
    found: dict[str, Any] = {key: getattr(mail, key) for key in expected if key in PLAIN}
    for key in expected:
        if key == "text":
            found[key] = (
                words(mail.text) if words(mail.text) != words(expected[key]) else expected[key]
            )
        elif key == "kind":
            found[key] = mail.kind.value
        elif key == "references":
            found[key] = list(mail.references)
        elif key == "date":
            found[key] = mail.date.isoformat() if mail.date else None
        elif key == "files":
            found[key] = [[one.filename, one.size, one.inline] for one in mail.attachments]
        elif key == "n_files":
            found[key] = len(mail.attachments)
        elif key == "notes":
            found[key] = [one.note for one in mail.attachments if one.note]
        elif key == "bounce":
            assert mail.bounce is not None
            found[key] = {name: getattr(mail.bounce, name) for name in expected[key]}
    return found


def words(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
