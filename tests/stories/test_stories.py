"""Every story goes as it is written, in both languages and on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal.story import Story, load_stories
from tests.stories.conftest import Rehearse

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
STORIES = [pytest.param(s, id=f"{f.stem}: {s.story}") for f in FILES for s in load_stories(f)]


@pytest.mark.parametrize("story", STORIES)
def test_a_story_goes_as_written(story: Story, rehearse: Rehearse) -> None:
    found = rehearse(story)
    assert not found, "\n".join(f"step {one.step}: {one.what}" for one in found)


def test_a_story_that_is_wrong_is_found_out(rehearse: Rehearse) -> None:
    wrong = Story.model_validate(
        {
            "story": "says what never comes",
            "customer": "C-0001",
            "steps": [
                {"say": "Hello", "says": "Good night", "cards": [], "opens": "contact"},
                {"say": "Please order 1 TN-1234K", "order": ["TN-1234K x 1"], "tells": ["S-001"]},
                {"send": True, "quiet": True, "record": {"phone": "1"}, "never": "order number"},
            ],
        }
    )
    told = [(one.step, one.what.split()[0]) for one in rehearse(wrong)]
    assert told == [
        (1, "says"), (1, "cards:"), (1, "opens:"),
        (2, "tells:"), (2, "order:"),
        (3, "nothing"), (3, "'order"), (3, "record"),
    ]  # fmt: skip


def test_there_are_many_stories_in_both_languages() -> None:
    stories = [story for file in FILES for story in load_stories(file)]
    assert len(stories) >= 60
    assert len([s for s in stories if s.locale == "ja"]) >= 20
    assert len([s for s in stories if any(step.mail for step in s.steps)]) >= 10
