"""What is written for every message is written as the usual ways would write it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from domain.conversation import DialogueState, Task
from domain.values import digits_of, remembering


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 9, 30, 5, 250, tzinfo=UTC),
        datetime(2026, 1, 2, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(987, 12, 31, 0, 0, 0, 0, tzinfo=UTC),
    ],
)
def test_a_moment_is_written_as_by_isoformat(moment: datetime) -> None:
    assert digits_of(moment, " ") + "+00:00" == moment.isoformat(" ", "microseconds")
    assert digits_of(moment, "T")[:23] + "+00:00" == moment.isoformat("T", "milliseconds")


def test_what_is_converted_last_is_remembered_and_nothing_else_is() -> None:
    asked: list[str] = []

    @remembering
    def loud(text: str) -> str:
        asked.append(text)
        return text.upper()

    first, second = "first", "second"
    assert [loud(text) for text in (first, first, second, first)] == [
        "FIRST",
        "FIRST",
        "SECOND",
        "FIRST",
    ]
    assert asked == ["first", "second", "first"]


def test_all_that_the_dialogue_remembers_is_stored() -> None:
    state = DialogueState(
        tasks=[Task("t1", "catalog", {"copies": "3"}, [{"model_number": "RC-1"}], tries=1)],
        given={"name": "Ada Obi"},
        requests=["R-1"],
        counter=4,
    )

    assert state.as_json() == asdict(state)
    assert DialogueState.from_json(state.as_json()) == state
