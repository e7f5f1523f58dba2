"""The forms behind the buttons: an answer to the customer, handing over, an appointment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.settings import Settings
from bot.slack.api import SlackApi
from bot.slack.appointment_form import APPOINTMENT, appointment_blocks
from bot.slack.privately import Privately
from bot.slack.text import plain
from bot.staff_words import StaffWords
from domain.people import Staff
from domain.request_view import RequestView
from storage.people import team
from storage.store import Store

REPLY, REASSIGN = "request.reply", "request.reassign"
#: Slack takes up to 3,000 characters in a text field.
MAX_REPLY = 3_000
_OPTIONS, _OPTION = 100, 75
_TITLE = 24


class Modals:
    """Opens the forms. A trigger lives three seconds and works once: nothing slow comes before."""

    def __init__(
        self, api: SlackApi, store: Store, privately: Privately, settings: Settings
    ) -> None:
        self._api = api
        self._store = store
        self._privately = privately
        self._settings = settings

    async def open_reply(
        self, trigger_id: str, view: RequestView, staff: Staff, sealed: str
    ) -> None:
        """The form for an answer; `sealed` names the request in it."""
        words = self._privately.words(staff)
        await self._open(trigger_id, reply_form(view, words, sealed))

    async def open_reassign(
        self, trigger_id: str, view: RequestView, staff: Staff, sealed: str
    ) -> None:
        """The form for handing over; `sealed` names the request in it."""
        words = self._privately.words(staff)
        people = await self._store.read(team)
        await self._open(trigger_id, reassign_form(view, words, sealed, people))

    async def open_appointment(
        self, trigger_id: str, view: RequestView, staff: Staff, sealed: str
    ) -> None:
        """The form for an appointment, filled with what stands or was wished."""
        words = self._privately.words(staff)
        form = _form(
            APPOINTMENT,
            sealed,
            words,
            title=words("modal_appointment"),
            submit=words("modal_set_appointment"),
            blocks=appointment_blocks(view, words, self._settings),
        )
        await self._open(trigger_id, form)

    async def _open(self, trigger_id: str, form: Mapping[str, Any]) -> None:
        await self._api.call("views.open", trigger_id=trigger_id, view=form)


def reply_form(view: RequestView, words: StaffWords, sealed: str) -> dict[str, Any]:
    """A text that goes to the customer."""
    name = view.contact_name or words("somebody")
    return _form(
        REPLY,
        sealed,
        words,
        title=words("modal_reply"),
        submit=words("modal_send"),
        blocks=[
            {"type": "section", "text": plain(words("modal_reply_to", name=name, id=view.id), 300)},
            {
                "type": "input",
                "block_id": "reply",
                "label": plain(words("modal_reply_label"), 200),
                "hint": plain(words("modal_reply_hint"), 200),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "text",
                    "multiline": True,
                    "max_length": MAX_REPLY,
                    "focus_on_load": True,
                },
            },
        ],
    )


def reassign_form(
    view: RequestView, words: StaffWords, sealed: str, people: Sequence[Staff]
) -> dict[str, Any]:
    """A colleague to choose, and a note for that colleague."""
    holder = view.claimed_by or view.staff
    others = [one for one in people if holder is None or one.staff_id != holder.staff_id]
    return _form(
        REASSIGN,
        sealed,
        words,
        title=words("modal_reassign"),
        submit=words("modal_hand_over"),
        blocks=[
            {
                "type": "input",
                "block_id": "to",
                "label": plain(words("modal_to"), 200),
                "element": {
                    "type": "static_select",
                    "action_id": "staff_id",
                    **_choices(others, words),
                },
            },
            {
                "type": "input",
                "block_id": "note",
                "optional": True,
                "label": plain(words("modal_note"), 200),
                "hint": plain(words("modal_note_hint"), 200),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "text",
                    "multiline": True,
                    "max_length": 1_000,
                },
            },
        ],
    )


def _choices(people: Sequence[Staff], words: StaffWords) -> dict[str, Any]:
    names = [f"{one.name} ({words.or_code('role', one.role.value)})" for one in people]
    options = [
        {"text": plain(name, _OPTION), "value": one.staff_id[:_OPTION]}
        for name, one in zip(names, people, strict=True)
    ]
    if len(options) <= _OPTIONS:
        return {"options": options or [{"text": plain("-", _OPTION), "value": "-"}]}
    starts = range(0, min(len(options), _OPTIONS * _OPTIONS), _OPTIONS)
    return {
        "option_groups": [
            {"label": plain(names[start], _OPTION), "options": options[start : start + _OPTIONS]}
            for start in starts
        ]
    }


def _form(
    callback_id: str,
    sealed: str,
    words: StaffWords,
    *,
    title: str,
    submit: str,
    blocks: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": sealed,
        "title": plain(title, _TITLE),
        "submit": plain(submit, _TITLE),
        "close": plain(words("modal_close"), _TITLE),
        "blocks": blocks,
    }
