"""`madoguchi read-mail` as others call it: one JSON line a mail, in order, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MAIL = b"From: Mina Hart <mina@garden.example>\nSubject: Order\n\n" + (
    b"Two boxes.\n\nSent from my iPhone\n"
)
FIELDS = {
    *("file", "from", "from_name", "subject", "message_id", "in_reply_to", "references", "date"),
    *("text", "auto", "bounce", "attachments"),
}


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot.cli.read_mail", *args]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_folder_gives_one_line_a_mail_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml"):
        (tmp_path / name).write_bytes(MAIL)
    (tmp_path / "note.txt").write_text("no mail")
    found = lines(run(str(tmp_path)))
    assert [Path(one["file"]).name for one in found] == ["a.eml", "b.eml"]
    assert all(set(one) >= FIELDS for one in found)


def test_a_mail_on_stdin_is_read() -> None:
    (found,) = lines(run("-", stdin=MAIL))
    assert (found["from"], found["from_name"]) == ("mina@garden.example", "Mina Hart")
    assert (found["text"], found["auto"], found["bounce"]) == ("Two boxes.", False, False)
    assert "error" not in found


def test_two_senders_are_shown_by_the_first() -> None:
    (found,) = lines(run("-", stdin=b"From: a@garden.example\n" + MAIL))
    assert found["from"] == "a@garden.example"


def test_letters_of_every_language_stand_as_themselves() -> None:
    head = b"From: a@garden.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    done = run("-", stdin=head + "トナー 2本".encode())
    assert "トナー 2本" in done.stdout.decode("utf-8")


def test_a_file_that_is_not_there_is_named_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    done = run(str(tmp_path / "none.eml"), str(tmp_path / "a.eml"))
    assert done.returncode == 1
    assert b"none.eml" in done.stderr
    assert len(lines(done)) == 1
