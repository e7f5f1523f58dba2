"""What stands in the thread of a card, ready for Slack."""

from __future__ import annotations

from typing import Any

from bot.slack.card import question
from bot.slack.text import BUTTON, FALLBACK, SECTION, escape_within, mention, mrkdwn, plain
from bot.staff_words import StaffWords
from domain.people import Staff

#: Two sections of text; what is longer stands in the record.
MAX_SHOWN = 2 * SECTION


def said_in_thread(intro: str, text: str, words: StaffWords) -> dict[str, Any]:
    """Somebody's words under a line that says whose they are."""
    shown = text.strip() if len(text) <= MAX_SHOWN else text[:MAX_SHOWN].rstrip()
    pieces = [shown[start : start + SECTION] for start in range(0, len(shown), SECTION)]
    heading = mrkdwn(f"*{escape_within(intro, 500)}*")
    blocks: list[dict[str, Any]] = [{"type": "section", "text": heading}]
    blocks += [{"type": "section", "text": plain(piece, SECTION)} for piece in pieces]
    if len(text) > MAX_SHOWN:
        blocks.append({"type": "context", "elements": [plain(words("cut_off"), 200)]})
    return {"text": escape_within(f"{intro} {shown}", FALLBACK), "blocks": blocks}


def thread_line(line: str) -> dict[str, Any]:
    """One line of ours, nothing in it read as markup."""
    blocks = [{"type": "section", "text": plain(line, SECTION)}]
    return {"text": escape_within(line, FALLBACK), "blocks": blocks}


def mention_in_thread(
    intro: str, text: str, words: StaffWords, conversation_id: str
) -> dict[str, Any]:
    """What was written in another conversation, with a button that joins it with this one."""
    said = said_in_thread(intro, text, words)
    button = {
        "type": "button",
        "action_id": "thread.join",
        "text": plain(words("button_join", id=conversation_id), BUTTON),
        "value": conversation_id,
        "confirm": question("join_here", words, conversation_id),
    }
    return {**said, "blocks": [*said["blocks"], {"type": "actions", "elements": [button]}]}


def assigned_line(staff: Staff, words: StaffWords) -> dict[str, Any]:
    """Rings the person who has the request now."""
    line = words("thread_assigned", mention=mention(staff.slack_user_id, staff.name))
    return {"text": line, "blocks": [{"type": "section", "text": mrkdwn(line)}]}
