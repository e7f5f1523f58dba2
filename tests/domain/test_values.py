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
    task = Task(
        "t1",
        "catalog",
        {"copies": "3"},
        [{"model_number": "RC-1"}],
        "confirm",
        "copies",
        1,
        "Three catalogs",
        "M-1:1:catalog",
        notify_staff=False,
        quoted=[["RC-1", "1", "JPY"]],
        warned=["RC-2"],
        proven=True,
    )
    state = DialogueState(
        [task],
        1,
        ["RC-1"],
        "RC-1",
        "C-1",
        {"name": "Ada Obi"},
        "2026-11-18T12:00:00+00:00",
        "R-2",
        no_interest=True,
        related_of="toner",
        requests=["R-1"],
        counter=4,
    )
    usual = asdict(DialogueState([Task("", "")]))
    assert all(asdict(state)[name] != usual[name] for name in usual)
    assert all(asdict(task)[name] != usual["tasks"][0][name] for name in asdict(task))

    assert state.as_json() == asdict(state)
    assert DialogueState.from_json(state.as_json()) == state


def test_what_is_as_usual_is_not_stored() -> None:
    assert DialogueState().as_json() == {}
    assert Task("t1", "catalog").as_json() == {"id": "t1", "kind": "catalog"}
    assert DialogueState.from_json({"tasks": [{"id": "t1", "kind": "catalog"}]}) == DialogueState(
        [Task("t1", "catalog")]
    )
