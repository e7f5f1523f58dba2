"""`understand` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys

COMMAND = [sys.executable, "-m", "bot.cli.understand"]


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], input=given, capture_output=True, text=True, check=False
    )


def test_a_text_is_answered_as_one_line_of_json() -> None:
    answer = json.loads(run("please call me on +44 20 7946 0733", "--json").stdout)
    assert answer["intents"][0]["name"] == "contact"
    assert answer["entities"]["phone"] == "+442079460733"
    assert "id" not in answer


def test_each_line_is_answered_before_the_next_is_sent() -> None:
    with subprocess.Popen(
        [*COMMAND, "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for number, text in enumerate(("cancel my order", "トナー３本ください")):
            process.stdin.write(json.dumps({"id": number, "text": text}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait() == 0


def test_a_bad_line_is_named_and_the_others_are_answered() -> None:
    done = run("--json", given='not json\n{"id": "b", "text": "thanks!"}\n')
    assert json.loads(done.stdout)["id"] == "b"
    assert done.stderr.strip() == "line 1: not a JSON object with a text"
    assert done.returncode == 1


def test_explain_shows_the_clause_and_what_spoke_for_it() -> None:
    shown = run("please call me", "--explain").stdout
    assert "contact" in shown
    assert "hits" in shown


def test_half_a_surrogate_pair_in_the_input_is_survived() -> None:
    done = run("--json", given='{"id": 1, "text": "My name is J\\ud800 call me"}\n')
    assert json.loads(done.stdout)["id"] == 1
    assert done.returncode == 0
