"""The payloads that Slack sends when people press, choose, type and submit."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.nouns import (
    APP_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    Channel,
    Json,
    Message,
    User,
    View,
)

_INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


class FormRefused(ValueError):
    """Slack's own client would not send this form: a field is empty, too long or not there."""


def common(kind: str, user: User) -> Json:
    """What every interaction begins with."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": user.id,
            "username": user.name.lower().replace(" ", "."),
            "name": user.name.lower().replace(" ", "."),
            "team_id": TEAM_ID,
        },
        "api_app_id": APP_ID,
        "token": "deprecated-verification-token",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def find_element(
    blocks: list[Json], action_id: str, block_id: str | None = None
) -> tuple[Json, Json]:
    """Block and element of that name. Raises LookupError where nobody could press it."""
    for block in blocks:
        for element in elements(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise LookupError(f"there is no {action_id} to press")


def action(block: Json, element: Json, value: Any) -> Json:
    """The entry of `actions` for a press or, with `value`, a choice."""
    out: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] == "button":
        out["text"] = element["text"]
        for name in ("value", "style", "url"):
            if element.get(name):
                out[name] = element[name]
        return out
    return out | _filled(element, value)


def message_context(channel: Channel, message: Message) -> Json:
    """Where a press on a message happened; the message itself is missing if it is ephemeral."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    out: Json = {
        "container": container,
        "channel": {
            "id": channel.id,
            "name": channel.name if not channel.im_user else "directmessage",
        },
        "state": {"values": {}},
    }
    if message.ephemeral_to is None:
        out["message"] = message.to_json(metadata=True)
    return out


def form_state(view: View, values: Json) -> Json:
    """`state.values` of a view: what is prefilled, overlaid with `values`.

    A key of `values` is a block_id or an action_id. Raises FormRefused as Slack's client would.
    """
    state: Json = {}
    known: set[str] = set()
    for block in view.content["blocks"]:
        for element in elements(block):
            if element["type"] not in _INITIAL:
                continue
            names = (block["block_id"], element["action_id"])
            known.update(names)
            given = next((values[name] for name in names if name in values), None)
            filled = {"type": element["type"]} | _filled(element, given)
            if block["type"] == "input":
                _check(block, element, filled)
            state.setdefault(block["block_id"], {})[element["action_id"]] = filled
    if strangers := set(values) - known:
        raise FormRefused(f"there is no field {sorted(strangers)[0]}")
    return state


def _filled(element: Json, value: Any) -> Json:
    key, initial = _INITIAL[element["type"]]
    if value is None:
        return {key: element.get(initial)}
    if key == "selected_option":
        return {key: _option(element, value)}
    if key == "selected_options":
        return {key: [_option(element, one) for one in value]}
    return {key: value}


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups") or []
    options: list[Json] = element.get("options") or [
        option for group in groups for option in group["options"]
    ]
    for option in options:
        if option["value"] == value:
            return option
    raise FormRefused(f"{value} is no option of {element['action_id']}")


def _check(block: Json, element: Json, filled: Json) -> None:
    value = next(one for name, one in filled.items() if name != "type")
    if not value:
        if not block.get("optional"):
            raise FormRefused(f"{block['block_id']} is empty")
        return
    if isinstance(value, str) and element["type"] == "plain_text_input":
        if len(value) > int(element.get("max_length") or 3000):
            raise FormRefused(f"{block['block_id']} is too long")
        if len(value) < int(element.get("min_length") or 0):
            raise FormRefused(f"{block['block_id']} is too short")


def message_event(channel: Channel, message: Message) -> Json:
    """The event for a new message."""
    event = message.to_json(metadata=True)
    event |= {"channel": channel.id, "channel_type": channel.type, "event_ts": message.ts}
    if message.is_reply:
        parent = channel.message(message.thread_ts or "")
        event["parent_user_id"] = parent.user if parent else BOT_USER_ID
    return event
