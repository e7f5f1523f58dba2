"""Tables of the command line show what customers wrote as they wrote it."""

from __future__ import annotations

import pytest

from bot.cli.running import show


def test_brackets_in_a_subject_are_shown_and_break_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show([{"subject": "[/x] [red]Hi :smile:"}], ("subject",), as_json=False)

    assert "[/x] [red]Hi :smile:" in capsys.readouterr().out
