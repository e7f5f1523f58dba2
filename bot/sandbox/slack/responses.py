"""Answers that come later: response_url, and what a command's acknowledgement says."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.sandbox.slack.blocks import complaints, named
from bot.sandbox.slack.nouns import BOT_USER_ID, Channel, Json, Message
from bot.sandbox.slack.workspace import Workspace, new_id

USES, SECONDS = 5, 1800


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to an interaction may go: five times within half an hour."""

    channel: str
    user: str
    message_ts: str | None
    uses: int = 0
    expires: float = 0.0


class Responses:
    """Gives out response_urls and puts what arrives there into the channel."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.base = ""
        self._given: dict[str, ResponseUrl] = {}

    def new_url(self, channel: Channel, user_id: str, ts: str | None) -> str:
        """An address for answers to what this person has just done."""
        token = new_id("R")
        expires = time.monotonic() + SECONDS
        self._given[token] = ResponseUrl(channel.id, user_id, ts, expires=expires)
        return f"{self.base}/respond/{token}"

    def arrived(self, token: str, body: Json) -> str:
        """Carry out what was sent to a response_url: `ok` or Slack's error."""
        target = self._given.get(token)
        if target is None or time.monotonic() > target.expires:
            return "expired_url"
        target.uses += 1
        if target.uses > USES:
            return "used_url"
        return self.say(target.channel, target.user, target.message_ts, body)

    def say(self, channel_id: str, user_id: str, ts: str | None, body: Json) -> str:
        """Post, replace or delete a message as `body` wishes: `ok` or Slack's error."""
        channel = self._workspace.channels[channel_id]
        message = channel.message(ts) if ts else None
        found = complaints(body.get("blocks") or [], limit=50)
        if found:
            return "invalid_blocks"
        if body.get("delete_original") and message is not None:
            channel.messages.remove(message)
        elif body.get("replace_original") and message is not None:
            message.text = str(body.get("text") or "")
            message.blocks = named(body.get("blocks") or [])
        elif body.get("text") or body.get("blocks"):
            in_channel = body.get("response_type") == "in_channel"
            channel.messages.append(
                Message(
                    channel_id,
                    self._workspace.next_ts(),
                    BOT_USER_ID,
                    str(body.get("text") or ""),
                    blocks=named(body.get("blocks") or []),
                    thread_ts=body.get("thread_ts"),
                    ephemeral_to=None if in_channel else user_id,
                )
            )
        else:
            return "no_text"
        self._workspace.changed()
        return "ok"
